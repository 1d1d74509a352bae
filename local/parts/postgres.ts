import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort, LOOPBACK } from './loopback.ts';
import { type PostgresHome, postgresHome } from './postgres-home.ts';
import type { RunningPart } from './process.ts';
import type { Supervisor } from './supervisor.ts';

const SUPERUSER = 'postgres';

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** A real PostgreSQL on loopback. */
export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  readonly admin: Login;
  readonly process: RunningPart;
}

/** Local data is made anew whenever it is lost, so it need not survive a power cut; the rest is what one looks at. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  unix_socket_directories: '',
  shared_preload_libraries: 'pg_stat_statements',
  track_io_timing: 'on',
  log_lock_waits: 'on',
};

/** Opens a session, does the work, closes the session. */
export async function withSession<T>(
  { host, port }: Pick<PostgresServer, 'host' | 'port'>,
  login: Login,
  database: string,
  work: (session: Client) => Promise<T>,
): Promise<T> {
  const session = new Client({ host, port, ...login, database, connectionTimeoutMillis: 5000 });
  await session.connect();
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}

async function answers(at: Pick<PostgresServer, 'host' | 'port'>, login: Login): Promise<boolean> {
  const { rowCount } = await withSession(at, login, 'postgres', (session) => session.query('SELECT 1'));
  return rowCount === 1;
}

async function initialise(supervisor: Supervisor, name: string, home: PostgresHome): Promise<string> {
  const passwordFile = join(home.folder, 'superuser-password');
  const initialised = join(home.data, 'initialised');
  if (existsSync(initialised)) return readFile(passwordFile, 'utf8');

  await rm(home.data, { recursive: true, force: true });
  await mkdir(home.data, { recursive: true, mode: 0o700 });
  const password = randomBytes(18).toString('base64url');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (home.runAs !== undefined) {
    await chown(home.data, home.runAs.uid, home.runAs.gid);
    await chown(passwordFile, home.runAs.uid, home.runAs.gid);
  }
  await supervisor.run({
    name: `${name}-init`,
    file: home.program('initdb'),
    args: ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'].concat([
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      `--pgdata=${home.data}`,
    ]),
    cwd: home.folder,
    as: home.runAs,
  });
  await writeFile(initialised, '');
  return password;
}

/** What Linux says of a process: R running, S sleeping, Z ended but not yet buried. Null when there is none. */
async function stateOf(pid: string): Promise<string | null> {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return null;
  const stat = await readFile(file, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
}

/**
 * Removes the lock of a server that was killed and is not buried yet, in a container perhaps never: PostgreSQL takes its
 * number for a living process and would not start. It removes all other dead locks itself.
 */
async function forgetUnburied(data: string): Promise<void> {
  const lock = join(data, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const [pid = ''] = (await readFile(lock, 'utf8')).split('\n');
  if ((await stateOf(pid)) === 'Z') await rm(lock);
}

export interface PostgresOptions {
  /** Its files are kept here and used again by the next start. */
  readonly folder: string;
  readonly name?: string;
  readonly port?: number;
  /** Beside, or instead of, those every local server has. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** @throws PartFailed */
export async function startPostgres(
  supervisor: Supervisor,
  { folder, name = 'postgres', port, settings }: PostgresOptions,
): Promise<PostgresServer> {
  const home = await postgresHome(folder);
  const admin = { user: SUPERUSER, password: await initialise(supervisor, name, home) };
  await forgetUnburied(home.data);
  const at = { host: LOOPBACK, port: port ?? (await freePort()) };
  const all = { ...SETTINGS, ...settings, listen_addresses: at.host, port: String(at.port) };
  const process = await supervisor.start({
    name,
    file: home.program('postgres'),
    args: ['-D', home.data, ...Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    cwd: home.folder,
    as: home.runAs,
    isReady: () => answers(at, admin),
    readyWithinSeconds: 60,
    // A fast shutdown: SIGTERM would wait for the clients to leave.
    stopSignal: 'SIGINT',
  });
  return { ...at, admin, process };
}
