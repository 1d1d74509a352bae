import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import type { Report } from '../../lib/model/report.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { stateFolder } from '../../local/parts/places.ts';
import { startPostgres } from '../../local/parts/postgres.ts';
import { startPrefect } from '../../local/parts/prefect.ts';
import { signalGroup } from '../../local/parts/process.ts';
import type { PythonEnvironment } from '../../local/parts/python.ts';
import type { Supervisor } from '../../local/parts/supervisor.ts';
import { until } from '../../local/parts/until.ts';
import { startValkey } from '../../local/parts/valkey.ts';
import { Rounds, watchOf } from '../../local/rounds.ts';
import { attentively, type Sample } from '../../local/sample.ts';
import { type Shape, secondsUntilReseeded, shapeOf } from './shape.ts';

/** What was seen of one release that really ran. */
export interface Seen {
  readonly release: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly shape: Shape;
  readonly reports: readonly Report[];
  readonly snapshot: Snapshot;
  /** Null where a lost service was not put back. */
  readonly reseededSeconds: number | null;
  /** How long services were frozen until that was found; null when it was not. */
  readonly frozenFoundSeconds: number | null;
}

const BETWEEN_LOOKS_MS = 15_000;
const FOUND_WITHIN_MS = 60_000;
/** Runs but once an hour here, so nothing but docket's reseeding puts it back. */
const SELDOM = 'schedule_deployments';

async function packagesOf(python: PythonEnvironment): Promise<Seen['packages']> {
  const script =
    'import importlib.metadata as m, json; print(json.dumps({n: m.version(n) for n in ("prefect", "pydocket", "prefect-redis")}))';
  return JSON.parse((await execa(python.program('python'), ['-c', script])).stdout);
}

async function start(
  supervisor: Supervisor,
  python: PythonEnvironment,
  tools: PythonEnvironment,
): Promise<Sample> {
  const folder = (name: string) => stateFolder('bench', 'releases', name);
  const [postgres, valkey] = await Promise.all([
    startPostgres(supervisor, { folder: folder('postgres') }),
    startValkey(supervisor, tools, { folder: folder('valkey') }),
  ]);
  const prefect = await startPrefect(supervisor, {
    python,
    postgres,
    valkey,
    folder: folder('prefect'),
    settings: {
      // A lost service that runs once an hour is put back by docket or by nobody while one looks.
      PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS: '3600',
      // What prefect-redis understood before it was given one address.
      PREFECT_REDIS_MESSAGING_HOST: valkey.host,
      PREFECT_REDIS_MESSAGING_PORT: String(valkey.port),
      PREFECT_REDIS_MESSAGING_PASSWORD: valkey.password,
    },
  });
  return { postgres, valkey, prefect };
}

async function stop({ prefect, valkey, postgres }: Sample): Promise<void> {
  for (const part of [prefect.services, prefect.api, valkey.process, postgres.process]) await part.stop();
}

/** Freezes the background services, heartbeats and all, and looks until they are found to have stopped. */
async function secondsUntilFound(
  { prefect }: Sample,
  rounds: Rounds,
  signal: AbortSignal,
): Promise<number | null> {
  signalGroup(prefect.services.pid, 'SIGSTOP');
  const frozen = Date.now();
  try {
    while (Date.now() - frozen < FOUND_WITHIN_MS) {
      const { findings } = (await rounds.look()).snapshot;
      if (findings.some((f) => f.id === 'perpetual-stopped')) return (Date.now() - frozen) / 1000;
      await pause(1000, undefined, { signal });
    }
    return null;
  } finally {
    signalGroup(prefect.services.pid, 'SIGCONT');
  }
}

/** Runs a whole installation of one release, looks at it twice as a probe does, and once with bare eyes. */
export async function see(
  supervisor: Supervisor,
  python: PythonEnvironment,
  tools: PythonEnvironment,
): Promise<Seen> {
  const packages = await packagesOf(python);
  const sample = await start(supervisor, python, tools);
  const { signal } = supervisor;
  try {
    const rounds = new Rounds(attentively(watchOf(sample)));
    const isSettled = async () => {
      const { services } = (await rounds.look()).snapshot;
      return services.perpetual.length > 0 && services.perpetual.every((s) => s.last_heartbeat !== null);
    };
    await until('every service to have run', isSettled, { withinSeconds: 60, signal });
    await rounds.look(['minute', 'quarter-hour']);
    await pause(BETWEEN_LOOKS_MS, undefined, { signal });
    const { reports, snapshot } = await rounds.look(['minute', 'quarter-hour']);
    const shape = await shapeOf(sample, signal);
    const reseededSeconds = await secondsUntilReseeded(sample, SELDOM);
    const frozenFoundSeconds = await secondsUntilFound(sample, rounds, signal);
    const found = { reseededSeconds, frozenFoundSeconds };
    return { release: packages.prefect ?? '', packages, shape, reports, snapshot, ...found };
  } finally {
    await stop(sample);
  }
}
