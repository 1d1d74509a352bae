import { Command } from 'commander';
import { ConfigError } from '../lib/config/errors.ts';
import { grantsFor } from '../lib/config/grants.ts';
import { ConfigFileError, loadConfig } from '../lib/config/load.ts';
import { EXIT_BAD_CONFIGURATION } from './check/exit.ts';

interface Options {
  readonly config: string;
  readonly target: readonly string[];
}

const collect = (id: string, ids: readonly string[]) => [...ids, id];

const command = new Command('npm run grants --')
  .description('Prints the SQL that makes the roles a configuration logs in to PostgreSQL as.')
  .option('--config <file>', 'what to watch', 'vitals.config.ts')
  .option('--target <id>', 'only this target, such as postgres/orion; may be repeated', collect, [])
  .addHelpText(
    'after',
    '\nOf one target it can be handed on: npm run --silent grants -- --target postgres/orion | psql …',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_BAD_CONFIGURATION));

async function main(): Promise<void> {
  const { config: file, target: ids } = command.parse().opts<Options>();
  const config = await loadConfig(file);
  const all = config.installations.flatMap(({ name, postgres }) =>
    postgres.map((target) => ({ installation: name, id: `postgres/${target.name}`, target })),
  );
  const strange = ids.filter((id) => !all.some((t) => t.id === id));
  if (strange.length > 0 || all.length === 0) {
    const known = [...new Set(all.map((t) => t.id))].join(', ') || 'no PostgreSQL at all';
    throw new RangeError(`There is no target ${strange.join(', ') || 'to grant to'}. There is: ${known}.`);
  }
  const chosen = all.filter((t) => ids.length === 0 || ids.includes(t.id));
  const scripts = chosen.map(({ installation, target }) => grantsFor(config, installation, target));
  process.stdout.write(scripts.join('\n'));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof ConfigFileError || error instanceof RangeError))
    throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_BAD_CONFIGURATION;
}
