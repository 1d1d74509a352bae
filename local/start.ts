import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { ConfigError } from '../lib/config/errors.ts';
import { ConfigFileError, loadConfig } from '../lib/config/load.ts';
import type { Config } from '../lib/config/schema.ts';
import type { Snapshot } from '../lib/model/snapshot.ts';
import { EXIT_BAD_CONFIGURATION, EXIT_OF } from './check/exit.ts';
import { type Deployed, deploy } from './deploy.ts';
import { firstSnapshot } from './first-look.ts';
import { AlreadyRunning, claim } from './parts/claim.ts';
import { onEnding } from './parts/ending.ts';
import { type Emulator, startEmulator } from './parts/ministack.ts';
import { stateFolder } from './parts/places.ts';
import { PartFailed } from './parts/process.ts';
import { NoPython, type PythonEnvironment, pythonEnvironment } from './parts/python.ts';
import { Stopping, Supervisor } from './parts/supervisor.ts';
import { startSampleWork } from './parts/worker.ts';
import { detail, type Task, withProgress } from './progress.ts';
import { attentively, type Sample, sampleConfig, startSample } from './sample.ts';
import { CredentialError, keepSecret, withKeptSecrets } from './secrets.ts';

const STATE = 'start';
const INTERRUPTED = 130;

interface Options {
  readonly once?: boolean;
  readonly config?: string;
}

const command = new Command('npm start --')
  .description(
    'Runs Prefect Vitals whole on this machine: a Prefect installation to watch, an emulator of AWS, and this app deployed to it.',
  )
  .option('--once', 'print the first complete snapshot as JSON, stop everything, and exit by its status')
  .option(
    '--config <file>',
    "watch what this configuration names instead of an installation of this machine's own",
  )
  .addHelpText(
    'after',
    '\nExit code with --once: 0 healthy, 1 warning, 2 degraded or error, 3 unknown. 64: bad configuration.\nLogs and data are kept in .vitals/, which may be deleted while nothing runs.',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_BAD_CONFIGURATION));

/** What the tasks hand on to each other. */
interface Running {
  python?: PythonEnvironment;
  emulator?: Emulator;
  sample?: Sample;
  deployed?: Deployed;
  token?: string;
  snapshot?: Snapshot;
}

function have<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('a step was left out before this one');
  return thing;
}

function attentive(...of: Parameters<typeof sampleConfig>): Config {
  const config = sampleConfig(...of);
  return { ...config, installations: config.installations.map(attentively) };
}

/** The configuration to deploy: the user's own, or that of the installation started here. */
async function configToDeploy({ emulator, sample }: Running, own: Config | undefined): Promise<string> {
  const cloud = have(emulator);
  const config =
    own === undefined
      ? attentive(have(sample), {
          postgres: await keepSecret(cloud, 'local-postgres', have(sample).prefect.database.monitor.password),
          valkey: await keepSecret(cloud, 'local-valkey', have(sample).valkey.password),
        })
      : await withKeptSecrets(cloud, own);
  const file = join(stateFolder(STATE), 'vitals.config.json');
  await writeFile(file, JSON.stringify(config, null, 2), { mode: 0o600 });
  return file;
}

/** The installation to watch, when the user named none of their own. */
const sampleTasks = (supervisor: Supervisor, running: Running) => ({
  parts: {
    title: 'PostgreSQL, Valkey and Prefect',
    task: async () => {
      running.sample = await startSample(supervisor, have(running.python), STATE);
    },
  },
  work: {
    title: 'A worker and three flows',
    task: async () => {
      const { prefect } = have(running.sample);
      const folder = stateFolder(STATE, 'worker');
      await startSampleWork(supervisor, { python: have(running.python), prefect, folder });
    },
  },
});

async function bringUp(supervisor: Supervisor, own: Config | undefined): Promise<Running> {
  const running: Running = {};
  const sample = sampleTasks(supervisor, running);
  const ifSample = (task: Task): Task[] => (own === undefined ? [task] : []);
  const emulator: Task = {
    title: 'AWS emulator',
    task: async () => {
      const folder = stateFolder(STATE, 'ministack');
      running.emulator = await startEmulator(supervisor, have(running.python), { folder });
    },
  };
  const deployment: Task = {
    title: 'cdk deploy',
    task: async (_, task) => {
      const file = await configToDeploy(running, own);
      running.deployed = await deploy(supervisor, have(running.emulator), file, detail(task));
    },
  };
  const atOnce = (title: string, tasks: Task[]): Task => ({
    title,
    task: (_, task) => task.newListr(tasks, { concurrent: true }),
  });
  await withProgress([
    {
      title: 'Python packages',
      task: async (_, task) => {
        running.python = await pythonEnvironment(supervisor, detail(task));
      },
    },
    atOnce('What is watched, and what it is deployed to', [...ifSample(sample.parts), emulator]),
    atOnce('Work and deployment', [...ifSample(sample.work), deployment]),
    {
      title: 'First complete snapshot',
      task: async () => {
        Object.assign(
          running,
          await firstSnapshot(supervisor, have(running.emulator), have(running.deployed)),
        );
      },
    },
  ]);
  return running;
}

async function main(supervisor: Supervisor): Promise<number> {
  const { once, config } = command.parse().opts<Options>();
  const own = config === undefined ? undefined : await loadConfig(config);
  await claim(stateFolder(STATE));
  const { deployed, token, snapshot } = await bringUp(supervisor, own);
  if (once) {
    process.stdout.write(`${JSON.stringify(snapshot, null, 2)}\n`);
    return EXIT_OF[have(snapshot).status];
  }
  process.stdout.write(
    `\nThe health page: ${have(deployed).pageUrl}\nIts token:       ${have(token)}\n\nCtrl-C stops everything.\n`,
  );
  await new Promise<void>((resolve) => {
    supervisor.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return 0;
}

/** What people can do something about is told in one line; anything else is a defect and shows where it happened. */
const isExpected = (error: unknown): error is Error =>
  [AlreadyRunning, ConfigError, ConfigFileError, CredentialError, NoPython, PartFailed].some(
    (kind) => error instanceof kind,
  );
const isBadConfiguration = (error: unknown): boolean =>
  [ConfigError, ConfigFileError, CredentialError].some((kind) => error instanceof kind);

const supervisor = new Supervisor(stateFolder('logs'));
onEnding(() => {
  process.exitCode = INTERRUPTED;
  if (!supervisor.signal.aborted) process.stderr.write('\nStopping everything …\n');
  void supervisor.stopAll();
});
try {
  const code = await main(supervisor);
  process.exitCode ??= code;
} catch (error) {
  if (error instanceof Stopping) process.exitCode ??= INTERRUPTED;
  else {
    process.stderr.write(
      isExpected(error) ? `${error.message}\n` : `${error instanceof Error ? error.stack : error}\n`,
    );
    process.exitCode = isBadConfiguration(error) ? EXIT_BAD_CONFIGURATION : 1;
  }
} finally {
  await supervisor.stopAll();
}
