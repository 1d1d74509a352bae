import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PostgresTarget } from '../../../lib/config/targets.ts';
import { freePort } from '../../../local/parts/loopback.ts';
import { type PostgresServer, withSession } from '../../../local/parts/postgres.ts';
import { signalGroup } from '../../../local/parts/process.ts';
import { ownServers } from './servers.ts';
import { said, visit } from './visit.ts';

let server: PostgresServer;
const VISIT = { installation: 'test', tier: 'minute', intervalSeconds: 60, now: () => new Date() } as const;
const PASSWORD = 'a-password-that-must-not-be-repeated';

const targetOf = (change: Partial<PostgresTarget> = {}): PostgresTarget => ({
  kind: 'postgres',
  id: 'postgres/orion',
  name: 'orion',
  roles: ['orion'],
  host: server.host,
  port: server.port,
  database: 'postgres',
  user: 'watcher',
  password: { from: 'environment', variable: 'TEST_POSTGRES_PASSWORD' },
  tls: { mode: 'off' },
  ...change,
});

const asAdmin = <T>(work: (session: Client) => Promise<T>) =>
  withSession(server, server.admin, 'postgres', work);

const openSession = async (user = server.admin.user, password = server.admin.password) => {
  const session = new Client({ host: server.host, port: server.port, user, password, database: 'postgres' });
  await session.connect();
  return session;
};

/** Sessions of the probe that are still there. */
const ourSessions = () =>
  asAdmin(async (admin) => {
    const { rows } = await admin.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'prefect-vitals'`,
    );
    return rows[0]?.n;
  });

beforeAll(async () => {
  process.env.TEST_POSTGRES_PASSWORD = PASSWORD;
  process.env.TEST_WRONG_PASSWORD = 'not-the-password';
  server = await (await ownServers()).postgres({ settings: { max_connections: '20' } });
  await asAdmin(async (admin) => {
    await admin.query(`CREATE ROLE watcher LOGIN PASSWORD '${PASSWORD}' CONNECTION LIMIT 2`);
    await admin.query('GRANT pg_monitor TO watcher');
    await admin.query(`CREATE ROLE stranger LOGIN PASSWORD '${PASSWORD}'`);
    await admin.query('CREATE TABLE runs (id int PRIMARY KEY)');
    await admin.query('INSERT INTO runs SELECT generate_series(1, 10)');
  });
});

describe('a probe of PostgreSQL', () => {
  it('says that it is up, how fast, and which version', async () => {
    const minimum = { storageGiB: 100 };
    const report = await visit(targetOf({ minimum }));
    expect(report.errors).toEqual([]);
    expect(said(report, 'postgres.up')).toBe(1);
    expect(said(report, 'postgres.connect_ms')).toBeGreaterThan(0);
    expect(said(report, 'postgres.select_ms')).toBeGreaterThan(0);
    expect(report.facts).toMatchObject({ version: '18.4', standby: false, minimum });
  });

  it('counts connections by state against what an ordinary role may open', async () => {
    const idle = await openSession();
    const waiting = await openSession();
    await waiting.query('BEGIN');
    const report = await visit(targetOf());
    await Promise.all([idle.end(), waiting.end()]);
    // Twenty, less the three that are reserved for superusers.
    expect(said(report, 'postgres.connections.limit')).toBe(17);
    expect(said(report, 'postgres.connections.total')).toBe(3);
    expect(said(report, 'postgres.connections.idle')).toBe(1);
    expect(said(report, 'postgres.connections.idle_in_transaction')).toBe(1);
    expect(said(report, 'postgres.connections.active')).toBe(1);
    expect(said(report, 'postgres.connections.used_percent')).toBeCloseTo((100 * 3) / 17);
  });

  it('says that it may not see the states of sessions, rather than that there are none', async () => {
    const idle = await openSession();
    const report = await visit(targetOf({ user: 'stranger' }));
    await idle.end();
    expect(said(report, 'postgres.connections.total')).toBe(2);
    expect(said(report, 'postgres.connections.idle')).toBe('permission');
  });

  it('finds the session at the root of a chain of three that wait', async () => {
    const [root, second, third] = [await openSession(), await openSession(), await openSession()];
    const rootPid = (await root.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;
    await root.query('BEGIN');
    await root.query('UPDATE runs SET id = id WHERE id = 1');
    await second.query('BEGIN');
    await second.query('UPDATE runs SET id = id WHERE id = 2');
    const secondWaits = second.query('UPDATE runs SET id = id WHERE id = 1');
    const thirdWaits = third.query('UPDATE runs SET id = id WHERE id = 2');
    await expect
      .poll(async () => said(await visit(targetOf()), 'postgres.blocked.sessions'), { timeout: 10_000 })
      .toBe(2);
    const report = await visit(targetOf());
    expect(report.facts.root_blocker).toMatchObject({
      pid: rootPid,
      state: 'idle in transaction',
      waiting: 2,
      depth: 2,
    });
    expect(said(report, 'postgres.blocked.longest_wait_seconds')).toBeGreaterThan(0);
    expect(said(report, 'postgres.locks.held', 'RowExclusiveLock')).toBeGreaterThan(0);
    await root.query('ROLLBACK');
    await secondWaits;
    await second.query('ROLLBACK');
    await thirdWaits;
    await Promise.all([root.end(), second.end(), third.end()]);
    expect(said(await visit(targetOf()), 'postgres.blocked.sessions')).toBe(0);
  });

  it('reads 0 for a lock mode that nobody holds', async () => {
    expect(said(await visit(targetOf()), 'postgres.locks.held', 'ShareRowExclusiveLock')).toBe(0);
  });

  it('leaves no session behind', async () => {
    await visit(targetOf());
    await expect.poll(ourSessions).toBe(0);
  });

  it('cannot write', async () => {
    const log = await asAdmin((admin) =>
      admin.query(`SELECT rolname FROM pg_roles WHERE rolname = 'watcher'`),
    );
    expect(log.rowCount).toBe(1);
    const { postgresProbe } = await import('../../../lib/probe/postgres/connection.ts');
    const { connection } = await postgresProbe.open(targetOf(), new AbortController().signal, VISIT);
    await expect(connection.query('CREATE TABLE mine (id int)')).rejects.toThrow(/read-only/);
    await connection.end();
  });
});

describe('what keeps a probe from looking', () => {
  const reasonOf = async (change: Partial<PostgresTarget>) => {
    const report = await visit(targetOf(change));
    expect(JSON.stringify(report)).not.toContain(PASSWORD);
    return { up: said(report, 'postgres.up'), reason: report.errors[0]?.reason };
  };

  it.each([
    [
      'a port nobody listens on means down',
      async () => ({ port: await freePort() }),
      { up: 0, reason: 'refused' },
    ],
    [
      'a name that does not resolve',
      async () => ({ host: 'no-such-host.invalid' }),
      { up: 'dns', reason: 'dns' },
    ],
    [
      'a wrong password',
      async () => ({ password: { from: 'environment', variable: 'TEST_WRONG_PASSWORD' } as const }),
      { up: 'auth', reason: 'auth' },
    ],
    [
      'a password that is not set',
      async () => ({ password: { from: 'environment', variable: 'TEST_NO_SUCH_VARIABLE' } as const }),
      { up: 'auth', reason: 'auth' },
    ],
    [
      'a server without TLS',
      async () => ({ tls: { mode: 'verify' } as const }),
      { up: 'tls', reason: 'tls' },
    ],
    [
      'a database that is not there',
      async () => ({ database: 'nowhere' }),
      { up: 'missing', reason: 'missing' },
    ],
  ])('is told apart: %s', async (_, change, expected) => {
    expect(await reasonOf(await change())).toEqual(expected);
  });

  it('is told apart: a server that hangs means down, and the probe ends in time', async () => {
    signalGroup(server.process.pid, 'SIGSTOP');
    try {
      expect(await reasonOf({})).toEqual({ up: 0, reason: 'timeout' });
    } finally {
      signalGroup(server.process.pid, 'SIGCONT');
    }
    await expect.poll(async () => (await visit(targetOf())).errors, { timeout: 10_000 }).toEqual([]);
    await expect.poll(ourSessions, { timeout: 10_000 }).toBe(0);
  });

  it('costs a statement that takes too long, which ends on the server too', async () => {
    const { postgresProbe } = await import('../../../lib/probe/postgres/connection.ts');
    const { connection } = await postgresProbe.open(targetOf(), new AbortController().signal, VISIT);
    await expect(connection.query('SELECT pg_sleep(30)')).rejects.toThrow(/statement timeout/);
    const busy = await asAdmin((admin) =>
      admin.query(
        `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()`,
      ),
    );
    expect(busy.rowCount).toBe(0);
    await connection.end();
  });

  it('costs only the collector that meets a lock', async () => {
    const locker = await openSession();
    await locker.query('BEGIN');
    await locker.query('LOCK TABLE runs IN ACCESS EXCLUSIVE MODE');
    const report = await visit(targetOf());
    await locker.end();
    expect(report.errors).toEqual([]);
    expect(said(report, 'postgres.locks.held', 'AccessExclusiveLock')).toBeGreaterThan(0);
  });
});
