/** A plain text in Markdown: nothing in it becomes markup, but what stands between backticks stays code. */
export const plain = (text: string): string =>
  text
    .split('`')
    .map((part, i) => (i % 2 === 0 ? part.replace(/[<>|*]/g, '\\$&') : part.replaceAll('|', '\\|')))
    .join('`');

export const code = (text: string): string => `\`${text}\``;

/** A table, one row a line; cells are Markdown already. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Commands as they are pasted: the fence is longer than any run of backticks in them. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Parts with a blank line between them, ended by a newline. */
export const page = (...parts: readonly string[]): string =>
  `${parts.filter((part) => part !== '').join('\n\n')}\n`;

export const GENERATED = 'This page is made from the catalogue by `npm run docs`; change it there.';
