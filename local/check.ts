import { Command, InvalidArgumentError } from 'commander';
import { ConfigError } from '../lib/config/errors.ts';
import { ConfigFileError, loadConfig } from '../lib/config/load.ts';
import type { InstallationConfig } from '../lib/config/schema.ts';
import { targetsOf } from '../lib/config/targets.ts';
import type { Snapshot } from '../lib/model/snapshot.ts';
import { worstOf } from '../lib/model/status.ts';
import { EXIT_BAD_CONFIGURATION, EXIT_OF } from './check/exit.ts';
import { Check, only } from './check/look.ts';
import { report } from './check/report.ts';
import { withProgress } from './progress.ts';

const INTERRUPTED = 130;

interface Options {
  readonly config: string;
  readonly json?: boolean;
  readonly interval: number;
  readonly target: readonly string[];
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 1 && value <= 3600))
    throw new InvalidArgumentError('It must be a number of seconds from 1 to 3600.');
  return value;
}

const collect = (id: string, ids: readonly string[]) => [...ids, id];

const command = new Command('npm run check --')
  .description(
    'Probes everything a configuration names, twice, and says how it is. Needs no AWS and writes nothing.',
  )
  .option('--config <file>', 'what to watch', 'vitals.config.ts')
  .option('--interval <seconds>', 'time between the two looks', seconds, 10)
  .option('--target <id>', 'only this target, such as postgres/orion; may be repeated', collect, [])
  .option('--json', 'print the snapshot as JSON')
  .addHelpText(
    'after',
    '\nExit code: 0 healthy, 1 warning, 2 degraded or error, 3 unknown, 64 bad configuration.',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_BAD_CONFIGURATION));

/** @throws RangeError when no installation has a target that was asked for. */
function chosen(
  installations: readonly InstallationConfig[],
  ids: readonly string[],
): readonly InstallationConfig[] {
  const known = installations.flatMap((i) => targetsOf(i).map((t) => t.id));
  const strange = ids.filter((id) => !known.includes(id));
  if (strange.length > 0) {
    throw new RangeError(
      `There is no target ${strange.join(', ')}. There is: ${[...new Set(known)].join(', ')}.`,
    );
  }
  return installations.map((i) => only(i, ids)).filter((i) => targetsOf(i).length > 0);
}

async function look(
  installation: InstallationConfig,
  intervalSeconds: number,
  abort: AbortSignal,
): Promise<Snapshot> {
  const check = new Check({ installation, intervalSeconds, abort });
  let snapshot: Snapshot | undefined;
  await withProgress([
    { title: `${installation.name}: first look`, task: () => check.first() },
    { title: `${installation.name}: waiting ${intervalSeconds} s`, task: () => check.wait() },
    {
      title: `${installation.name}: second look`,
      task: async () => {
        snapshot = await check.second();
      },
    },
  ]);
  if (snapshot === undefined) throw new Error('the second look left no snapshot');
  return snapshot;
}

async function main(): Promise<number> {
  const { config, json, interval, target } = command.parse().opts<Options>();
  const abort = new AbortController();
  process.once('SIGINT', () => {
    abort.abort();
    process.exit(INTERRUPTED);
  });
  const installations = chosen((await loadConfig(config)).installations, target);
  const snapshots: Snapshot[] = [];
  for (const installation of installations) snapshots.push(await look(installation, interval, abort.signal));
  const colour = process.stdout.isTTY && process.env.NO_COLOR === undefined;
  const text = json
    ? JSON.stringify(snapshots.length === 1 ? snapshots[0] : snapshots, null, 2)
    : snapshots.map((s) => report(s, colour)).join('\n\n');
  process.stdout.write(`${text}\n`);
  return EXIT_OF[worstOf(snapshots.map((s) => s.status))];
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof ConfigFileError || error instanceof RangeError))
    throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_BAD_CONFIGURATION;
}
