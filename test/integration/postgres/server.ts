import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { PostgresTarget } from '../../../lib/config/targets.ts';
import { freePort, LOOPBACK as HOST } from '../../../local/parts/loopback.ts';
import { postgresHome } from '../../../local/parts/postgres-home.ts';
import type { RunningPart } from '../../../local/parts/process.ts';
import { Supervisor } from '../../../local/parts/supervisor.ts';
import { copyOf, initialise, lay } from './server-data.ts';

export const SUPERUSER = 'postgres';
export const PASSWORD = 'a password for a test';
/** The variable the targets of these tests take their password from. */
export const PASSWORD_VARIABLE = 'VITALS_TEST_POSTGRES_PASSWORD';
process.env[PASSWORD_VARIABLE] = PASSWORD;

export interface ServerOptions {
  /** What differs from the server's own defaults, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Lines put before the usual ones of pg_hba.conf. */
  readonly rules?: readonly string[];
  /** Files laid into its directory before it starts, such as a certificate. */
  readonly files?: Readonly<Record<string, string>>;
  /** The server to follow as a read replica. Nobody may write to it while it is copied. */
  readonly standbyOf?: Server;
  /** Where the programs of another release are: `bin`, `lib` and `share` below one folder. */
  readonly programs?: string;
}

/** A PostgreSQL of one's own, with the server's own defaults and any past; that of `npm start` has settings of its own. */
export interface Server {
  readonly port: number;
  readonly directory: string;
  /** A superuser's session in the database `postgres`; another one once the server was halted. */
  readonly admin: pg.Client;
  url(database: string): string;
  /** Makes a database and hands over a superuser's session in it. */
  newDatabase(name: string): Promise<pg.Client>;
  /** Another session, ended with the server if not before. */
  connect(database: string, but?: pg.ClientConfig): Promise<pg.Client>;
  /** Runs statements in a session that ends with them: only then has the server counted all they did. */
  write(database: string, ...statements: readonly string[]): Promise<void>;
  /** What the probe is given to look at a database. */
  target(database: string, but?: Partial<PostgresTarget>): PostgresTarget;
  /** Ends its process, and every session with it. What it stored stays, until `resume` serves it again. */
  halt(): Promise<void>;
  resume(): Promise<void>;
  /** The process group of the server that runs now, for signals. */
  group(): number;
  /** For good: nothing of it is left. */
  stop(): Promise<void>;
}

async function answers(port: number): Promise<boolean> {
  const client = new pg.Client({
    host: HOST,
    port,
    user: SUPERUSER,
    password: PASSWORD,
    database: 'postgres',
  });
  await client.connect();
  await client.end();
  return true;
}

export async function openServer(options: ServerOptions = {}): Promise<Server> {
  const root = await mkdtemp(join(tmpdir(), 'vitals-postgres-'));
  await chmod(root, 0o755);
  const supervisor = new Supervisor(join(root, 'logs'));
  const home = await postgresHome(root, options.programs);
  const directory = home.data;
  const { standbyOf: primary } = options;
  if (primary === undefined) {
    await initialise(supervisor, home, { user: SUPERUSER, password: PASSWORD, rules: options.rules ?? [] });
  } else {
    await primary.admin.query('CHECKPOINT');
    await copyOf(primary.directory, home);
  }
  for (const [name, content] of Object.entries(options.files ?? {}))
    await lay(home, directory, name, content);

  const port = await freePort();
  const settings = {
    listen_addresses: HOST,
    unix_socket_directories: '',
    fsync: 'off',
    ...(primary && {
      primary_conninfo: `host=${HOST} port=${primary.port} user=${SUPERUSER} password='${PASSWORD}'`,
    }),
    ...options.settings,
  };
  const start = (): Promise<RunningPart> =>
    supervisor.start({
      name: 'postgres',
      file: home.program('postgres'),
      args: ['-D', directory, '-p', String(port)].concat(
        Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ),
      cwd: home.folder,
      as: home.runAs,
      isReady: () => answers(port),
      readyWithinSeconds: 60,
      // A fast shutdown: SIGTERM would wait for the clients to leave.
      stopSignal: 'SIGINT',
    });
  let running = await start();

  const sessions: pg.Client[] = [];
  async function connect(database: string, but: pg.ClientConfig = {}): Promise<pg.Client> {
    const client = new pg.Client({ host: HOST, port, user: SUPERUSER, password: PASSWORD, database, ...but });
    client.on('error', () => {});
    await client.connect();
    sessions.push(client);
    return client;
  }
  let admin = await connect('postgres');

  return {
    port,
    directory,
    get admin() {
      return admin;
    },
    connect,
    url: (database) =>
      `postgresql://${SUPERUSER}:${encodeURIComponent(PASSWORD)}@${HOST}:${port}/${database}`,
    async newDatabase(name) {
      await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
      return connect(name);
    },
    async write(database, ...statements) {
      const session = await connect(database);
      for (const statement of statements) await session.query(statement);
      await session.end();
    },
    target: (database, but = {}) => ({
      kind: 'postgres',
      id: `postgres/${database}`,
      name: database,
      roles: ['orion'],
      host: HOST,
      port,
      database,
      user: SUPERUSER,
      password: { from: 'environment', variable: PASSWORD_VARIABLE },
      tls: { mode: 'off' },
      ...but,
    }),
    halt: () => running.stop(),
    async resume() {
      running = await start();
      admin = await connect('postgres');
    },
    group: () => running.pid,
    async stop() {
      for (const session of sessions) session.connection.stream.destroy();
      await supervisor.stopAll();
      for (const folder of [root, home.folder]) await rm(folder, { recursive: true, force: true });
    },
  };
}
