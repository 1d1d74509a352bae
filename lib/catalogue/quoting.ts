/*
 * Names and texts that come from what is watched are put into commands people will paste: each is quoted so that it
 * stays one name or one text, whatever it contains.
 */

/** A name in SQL, or a qualified one: `sqlName('public', 'events')` is "public"."events". */
export const sqlName = (...parts: readonly string[]): string =>
  parts.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');

/** A text in SQL. A backslash needs the escape form, or its meaning would hang on a setting. */
export function sqlText(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** One word of a POSIX shell, bare where it is harmless. */
export const shellWord = (word: string): string =>
  /^[A-Za-z0-9_%+=:,./@][A-Za-z0-9_%+=:,./@-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
