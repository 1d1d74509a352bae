import reference from '../../docs/examples/oss-on-eks.ts';
import { grantsFor } from '../../lib/config/grants.ts';
import { fenced, page } from './markdown.ts';

/** The script of the first database of the reference installation, as `npm run grants` prints it. */
export function grantsPage(): string {
  const [installation] = reference.installations;
  const [target] = installation?.postgres ?? [];
  if (installation === undefined || target === undefined)
    throw new Error('the reference installation watches no PostgreSQL');
  return page(
    '# The grants of a PostgreSQL target',
    `What \`npm run grants\` prints of the target \`${target.name}\` of \`docs/examples/oss-on-eks.ts\`. Names, limits and tables follow from the configuration: run the command for yours. How the script is run, and what the role may do by it, is told in \`docs/postgresql.md\`. This page is made by \`npm run docs\`.`,
    fenced(grantsFor(reference, installation.name, target).trimEnd(), 'sql'),
  );
}
