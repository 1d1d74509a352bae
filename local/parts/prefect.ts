import { mkdir, rm } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { freePort, LOOPBACK } from './loopback.ts';
import type { PostgresServer } from './postgres.ts';
import { type PrefectDatabase, preparePrefectDatabase } from './prefect-database.ts';
import type { RunningPart } from './process.ts';
import type { PythonEnvironment } from './python.ts';
import type { Supervisor } from './supervisor.ts';
import type { ValkeyServer } from './valkey.ts';

/** A real Prefect server: its API and, as in production, its background services in a process of their own. */
export interface PrefectServer {
  /** Ends with /api. */
  readonly apiUrl: string;
  readonly database: PrefectDatabase;
  readonly api: RunningPart;
  readonly services: RunningPart;
  /** Starts background services once more, with further settings of their own. @throws PartFailed */
  startServices(settings: Readonly<Record<string, string>>): Promise<RunningPart>;
}

export interface PrefectOptions {
  readonly python: PythonEnvironment;
  readonly postgres: PostgresServer;
  readonly valkey: ValkeyServer;
  /** Prefect's own files, deleted by the next start: they would not fit its new database. */
  readonly folder: string;
  readonly port?: number;
  /** Settings of the server beside those it needs here, as environment variables. */
  readonly settings?: Readonly<Record<string, string>>;
}

const READY_WITHIN_SECONDS = 120;
/** The services' worker announces itself here, in the docket whose name `prefect server services` fixes. */
const DOCKET_WORKERS = 'prefect:workers';

/** What every Prefect program needs to ask nobody, to tell nobody and to read no other settings. */
export function clientEnvironment(folder: string, apiUrl: string): Record<string, string> {
  return {
    PREFECT_HOME: folder,
    // Workers keep their runs' files in a folder of one name for all users of a machine, if they may.
    TMPDIR: folder,
    PREFECT_API_URL: apiUrl,
    PREFECT_CLI_COLORS: 'false',
    PREFECT_CLI_PROMPT: 'false',
    PREFECT_SERVER_EPHEMERAL_ENABLED: 'false',
    DO_NOT_TRACK: '1',
  };
}

/** What a server needs to use a database that is migrated already. */
export function databaseEnvironment(
  { host, port }: PostgresServer,
  { name, owner }: Pick<PrefectDatabase, 'name' | 'owner'>,
): Record<string, string> {
  return {
    PREFECT_SERVER_DATABASE_CONNECTION_URL: `postgresql+asyncpg://${owner.user}:${owner.password}@${host}:${port}/${name}`,
    PREFECT_SERVER_DATABASE_MIGRATE_ON_START: 'false',
  };
}

function redisEnvironment({ url }: ValkeyServer): Record<string, string> {
  return {
    PREFECT_REDIS_MESSAGING_URL: url,
    PREFECT_REDIS_WORKER_CLEANUP_QUEUE_URL: url,
    PREFECT_SERVER_DOCKET_URL: url,
    PREFECT_SERVER_EVENTS_MESSAGING_BROKER: 'prefect_redis.messaging',
    PREFECT_SERVER_EVENTS_MESSAGING_CACHE: 'prefect_redis.messaging',
    PREFECT_SERVER_EVENTS_CAUSAL_ORDERING: 'prefect_redis.ordering',
    PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE: 'prefect_redis.lease_storage',
    PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_QUEUE_STORAGE: 'prefect_redis.cleanup_queue',
  };
}

/** Whether a server answers, and its database as well. */
export async function isReady(apiUrl: string): Promise<boolean> {
  const { ok } = await fetch(`${apiUrl}/ready`, { signal: AbortSignal.timeout(5000) });
  return ok;
}

async function hasDocketWorker({ host, port, password }: ValkeyServer): Promise<boolean> {
  const redis = new Redis({ host, port, password });
  try {
    return (await redis.zcard(DOCKET_WORKERS)) > 0;
  } finally {
    redis.disconnect();
  }
}

/** @throws PartFailed */
export async function startPrefect(supervisor: Supervisor, options: PrefectOptions): Promise<PrefectServer> {
  const { python, postgres, valkey, folder } = options;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const port = options.port ?? (await freePort());
  const apiUrl = `http://${LOOPBACK}:${port}/api`;
  const client = clientEnvironment(folder, apiUrl);
  const program = { file: python.program('prefect'), cwd: folder };

  const database = await preparePrefectDatabase(postgres, python.version, (empty) =>
    supervisor.run({
      ...program,
      name: 'prefect-migration',
      args: ['server', 'database', 'upgrade', '--yes'],
      env: { ...client, ...databaseEnvironment(postgres, empty) },
    }),
  );
  const env = (process: string) => ({
    ...client,
    ...databaseEnvironment(postgres, database),
    ...redisEnvironment(valkey),
    PREFECT_SERVER_ANALYTICS_ENABLED: 'false',
    PREFECT_SERVER_METRICS_ENABLED: 'true',
    PREFECT_SERVER_UI_ENABLED: 'false',
    // The database then tells their pools apart, although they come from one address.
    PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_APPLICATION_NAME: process,
    ...options.settings,
  });
  const startServices = (settings: Readonly<Record<string, string>>) =>
    supervisor.start({
      ...program,
      name: 'prefect-services',
      env: { ...env('prefect-services'), ...settings },
      readyWithinSeconds: READY_WITHIN_SECONDS,
      args: ['server', 'services', 'start'],
      isReady: () => hasDocketWorker(valkey),
    });
  const [api, services] = await Promise.all([
    supervisor.start({
      ...program,
      name: 'prefect-api',
      env: env('prefect-api'),
      readyWithinSeconds: READY_WITHIN_SECONDS,
      args: ['server', 'start', '--no-services', '--host', LOOPBACK, '--port', String(port)],
      isReady: () => isReady(apiUrl),
    }),
    startServices({}),
  ]);
  return { apiUrl, database, api, services, startServices };
}
