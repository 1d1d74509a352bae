import { ConfigSchema } from '../../lib/config/schema.ts';
import { meaningOf } from './meanings.ts';
import { type Row, rowsOfSchema } from './schema-rows.ts';

const HEAD = `# Configuration

What \`defineConfig\` takes, from its schema. \`[]\` is an element of a list. A mistake is answered with its path, what was found and what is allowed. Three whole ones are in [examples](examples).
`;

/** Under which heading a row stands: its list of targets, or the top. */
const sectionOf = ({ path }: Row): string =>
  /^installations\[\]\.(postgres|redis|prefect|services|entrances|kubernetes|maintenance)\[\]/.exec(
    path,
  )?.[0] ?? (path.startsWith('installations[]') ? 'installations[]' : '');

/** Findings are overridden alike everywhere: told once, for the installation. */
const isRepeated = ({ path }: Row): boolean => /\[\]\.\w+\[\]\.findings\{\}/.test(path);

const cell = (text: string): string => text.replaceAll('|', '\\|');

function tableRow(row: Row, section: string): string {
  const key = section === '' ? row.path : row.path.slice(section.length + 1);
  const otherwise = row.otherwise ?? '**must be given**';
  return `| \`${key}\` | ${cell(row.allowed)} | ${cell(otherwise)} | ${cell(meaningOf(row.path) ?? '')} |`;
}

/** Every key there is. */
export const configurationRows = (): readonly Row[] =>
  rowsOfSchema(ConfigSchema).filter((r) => !isRepeated(r));

/** docs/configuration.md, whole, as the schema has it today. */
export function configurationDocument(): string {
  const rows = configurationRows();
  const sections = [...new Set(rows.map(sectionOf))];
  const tables = sections.map((section) => [
    `\n## ${section === '' ? 'At the top' : `\`${section}\``}\n`,
    '| key | allowed | otherwise | what it is for |',
    '|---|---|---|---|',
    ...rows.filter((r) => sectionOf(r) === section).map((r) => tableRow(r, section)),
  ]);
  return `${[HEAD.trimEnd(), ...tables.flat()].join('\n')}\n`;
}
