import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assess } from '../../../lib/assess/assess.ts';
import { parseConfig } from '../../../lib/config/define.ts';
import type { InstallationConfig } from '../../../lib/config/schema.ts';
import { targetsOf } from '../../../lib/config/targets.ts';
import type { Report } from '../../../lib/model/report.ts';
import type { Snapshot } from '../../../lib/model/snapshot.ts';
import type { PostgresServer } from '../../../local/parts/postgres.ts';
import type { PrefectServer } from '../../../local/parts/prefect.ts';
import { type CountingProxy, countingProxy } from './counting-proxy.ts';
import { ownServers } from './servers.ts';
import { said, visit } from './visit.ts';

/** A Prefect of this file's own, which asks for a password and for CSRF tokens: its tables are locked, it is stopped. */
const LOGIN = 'admin:a-password-of-the-test';
let postgres: PostgresServer;
let prefect: PrefectServer;
let proxy: CountingProxy;
let database: Client;

const AUTH = {
  scheme: 'basic',
  credential: { from: 'environment', variable: 'TEST_PREFECT_LOGIN' },
} as const;

const asAdmin = async () => {
  const { host, port, admin } = postgres;
  const client = new Client({ host, port, ...admin, database: prefect.database.name });
  await client.connect();
  return client;
};

/** An installation whose API alone is watched, or the database too. */
function installation({ tables }: { readonly tables: boolean }): InstallationConfig {
  const { name, monitor } = prefect.database;
  const orion = {
    name: 'orion',
    host: postgres.host,
    port: postgres.port,
    database: name,
    user: monitor.user,
    password: { from: 'environment' as const, variable: 'TEST_PREFECT_DATABASE_PASSWORD' },
    tls: { mode: 'off' as const },
  };
  const config = parseConfig({
    installations: [
      { name: 'test', postgres: tables ? [orion] : [], prefect: [{ apiUrl: proxy.apiUrl, auth: AUTH }] },
    ],
  });
  const [only] = config.installations;
  if (only === undefined) throw new Error('there is no installation');
  return only;
}

/** One round of everything that is watched, and what an assessment makes of it. */
async function look({
  tables = false,
  tier = 'minute',
}: {
  tables?: boolean;
  tier?: Report['tier'];
} = {}): Promise<{ readonly reports: readonly Report[]; readonly snapshot: Snapshot }> {
  const watched = installation({ tables });
  const reports = await Promise.all(targetsOf(watched).map((target) => visit(target, tier)));
  const now = new Date();
  const input = { installation: watched, version: 'test', previous: null, reports, vended: null, now };
  return { reports, snapshot: assess(input).snapshot };
}
const prefectReport = async (tier: Report['tier'] = 'minute', tables = false) => {
  const { reports } = await look({ tier, tables });
  const report = reports.find((r) => r.kind === 'prefect');
  if (report === undefined) throw new Error('there is no report of Prefect');
  return report;
};
const found = ({ findings }: Snapshot) => findings.map((f) => f.id);

/** Does something while a session holds a table so that nobody else can read it. */
async function whileLocked<T>(table: string, work: () => Promise<T>): Promise<T> {
  const session = await asAdmin();
  try {
    await session.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    return await work();
  } finally {
    await session.query('ROLLBACK');
    await session.end();
  }
}

beforeAll(async () => {
  const own = await ownServers();
  const [pg, valkey] = await Promise.all([own.postgres(), own.valkey()]);
  postgres = pg;
  prefect = await own.prefect({
    postgres,
    valkey,
    settings: {
      PREFECT_SERVER_API_AUTH_STRING: LOGIN,
      PREFECT_API_AUTH_STRING: LOGIN,
      PREFECT_SERVER_CSRF_PROTECTION_ENABLED: 'true',
    },
  });
  // What this file writes into the tables is to stay as it is.
  await prefect.services.stop();
  process.env.TEST_PREFECT_LOGIN = LOGIN;
  process.env.TEST_PREFECT_DATABASE_PASSWORD = prefect.database.monitor.password;
  database = await asAdmin();
  proxy = await countingProxy(prefect.apiUrl);
});
afterAll(async () => {
  await proxy?.close();
  await database?.end();
});
beforeEach(async () => {
  await forgetRuns();
  proxy.asked.length = 0;
  proxy.answerWith = null;
});

/** Runs as Prefect writes them, all expected `seconds` ago and in this state since. */
const addRuns = (many: number, type: string, name: string, seconds: number) =>
  database.query(
    `WITH new_flow AS (INSERT INTO flow (name) VALUES ('flow-' || gen_random_uuid()) RETURNING id),
     runs AS (
       SELECT f.id AS flow_id, gen_random_uuid() AS id, gen_random_uuid() AS state_id,
              now() - $4 * interval '1 second' AS at
       FROM new_flow f, generate_series(1, $1)
     ), written AS (
       INSERT INTO flow_run (id, flow_id, name, state_id, state_type, state_name, state_timestamp,
                             expected_start_time, next_scheduled_start_time)
       SELECT id, flow_id, 'run', state_id, $2::state_type, $3, at, at, CASE WHEN $2 = 'SCHEDULED' THEN at END
       FROM runs
     )
     INSERT INTO flow_run_state (id, flow_run_id, type, name, timestamp)
     SELECT state_id, id, $2::state_type, $3, at FROM runs`,
    [many, type, name, seconds],
  );
/** Runs go with their states. */
const forgetRuns = () => database.query('DELETE FROM flow_run');

describe('an API that asks for a password and for CSRF tokens', () => {
  it('is asked for a token once, and from then on answers everything', async () => {
    await prefectReport();
    expect(proxy.asked.filter((asked) => asked.includes('/csrf-token'))).toHaveLength(1);
    proxy.asked.length = 0;
    const report = await prefectReport();
    expect(report.errors).toEqual([]);
    expect(said(report, 'prefect.flow_run.count', 'RUNNING')).toBe(0);
    expect(proxy.asked.filter((asked) => asked.includes('/csrf-token'))).toEqual([]);
  });

  it('says that a password is wrong', async () => {
    process.env.TEST_PREFECT_LOGIN = 'admin:wrong';
    const report = await prefectReport().finally(() => {
      process.env.TEST_PREFECT_LOGIN = LOGIN;
    });
    expect(said(report, 'prefect.up')).toBe(1);
    expect(said(report, 'prefect.flow_run.count')).toBe('auth');
  });
});

describe('the counts of the API', () => {
  it('equal those of the database, in every state', async () => {
    const states = [
      'SCHEDULED',
      'PENDING',
      'RUNNING',
      'PAUSED',
      'CANCELLING',
      'COMPLETED',
      'FAILED',
      'CRASHED',
    ];
    for (const [index, state] of states.entries()) await addRuns(index + 1, state, state, -3600);
    await addRuns(3, 'RUNNING', 'Running', 86_400 * 400);
    const { rows } = await database.query<{ state: string; n: number }>(
      'SELECT state_type::text AS state, count(*)::int AS n FROM flow_run GROUP BY 1',
    );
    const [minute, quarterHour] = [await prefectReport('minute'), await prefectReport('quarter-hour')];
    const counted = [...minute.readings, ...quarterHour.readings].flatMap((r) =>
      r.signal === 'prefect.flow_run.count' && r.value !== 0 ? [[r.labels?.state, r.value]] : [],
    );
    expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(rows.map((r) => [r.state, r.n])));
  });
});

describe('what a round costs', () => {
  it('is ten requests at most, however many runs there are', async () => {
    await prefectReport();
    const before = proxy.asked.toSorted();
    expect(before.length).toBeLessThanOrEqual(10);
    await addRuns(5000, 'COMPLETED', 'Completed', 3600);
    await addRuns(500, 'PENDING', 'Pending', 3600);
    proxy.asked.length = 0;
    const report = await prefectReport();
    expect(report.errors).toEqual([]);
    expect(proxy.asked.toSorted().map((asked) => asked.replace(/\?.*/, ''))).toEqual(before);
  });

  it('is fewer where the database says what becomes of runs, and nothing is asked for twice', async () => {
    await prefectReport('minute', true);
    expect(proxy.asked.length).toBeLessThan(10);
    expect(proxy.asked).not.toContain('POST /api/flow_runs/filter');
    proxy.asked.length = 0;
    await prefectReport('quarter-hour', true);
    expect(proxy.asked.filter((asked) => !/health|flow_runs\/count/.test(asked))).toEqual([]);
  });

  it('is one request when the API asks for fewer, until the rest it asked for is over', async () => {
    proxy.answerWith = 429;
    const { reports, snapshot } = await look();
    expect(proxy.asked).toHaveLength(1);
    expect(reports.map((r) => said(r, 'prefect.up'))).toEqual(['saturated']);
    expect(found(snapshot)).toContain('cloud-rate-limited');
    proxy.answerWith = null;
    await expect
      .poll(async () => found((await look()).snapshot), { timeout: 20_000 })
      .not.toContain('cloud-rate-limited');
  });
});

describe('a database that is slow', () => {
  const duration = (report: Report | undefined, request: string) =>
    report === undefined ? undefined : said(report, 'prefect.server.api.request.duration', request);

  it.each([
    ['task_run', 'task_run_count', 'task-run-count-slow'],
    ['flow_run', 'run_list', 'run-list-slow'],
    ['work_pool', 'read_work_pool', 'read-work-pool-hangs'],
  ])('shows in the requests that need %s, for as long as it is', async (table, request, finding) => {
    const slow = await whileLocked(table, () => look());
    expect(slow.reports.map((r) => said(r, 'prefect.up'))).toEqual([1]);
    expect(['timeout', 'failed']).toContain(duration(slow.reports[0], request));
    expect(duration(slow.reports[0], 'health')).toBeGreaterThan(0);
    expect(found(slow.snapshot)).toContain(finding);
    const well = await look();
    expect(duration(well.reports[0], request)).toBeGreaterThan(0);
    expect(found(well.snapshot)).not.toContain(finding);
  });

  it('that answers in the end has its time in the reading', async () => {
    const waits = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%task_run%'
                   AND now() - query_start > interval '1 second'`;
    const report = await whileLocked('task_run', async () => {
      const looking = prefectReport();
      await expect.poll(async () => (await database.query(waits)).rowCount, { timeout: 15_000 }).toBe(1);
      return { looking };
    });
    expect(duration(await report.looking, 'task_run_count')).toBeGreaterThan(1000);
  });
});

describe('runs, pools and workers where no database is watched', () => {
  it('are told by the API: late runs nobody marks, runs that do not start', async () => {
    await addRuns(2, 'SCHEDULED', 'Scheduled', 900);
    await addRuns(1, 'SCHEDULED', 'Late', 900);
    await addRuns(3, 'PENDING', 'Pending', 1200);
    await addRuns(1, 'PENDING', 'Pending', 120);
    const { reports, snapshot } = await look();
    const [report] = reports;
    expect(report?.errors).toEqual([]);
    const value = (name: string) => report && said(report, `prefect.flow_runs.${name}`);
    expect([value('late_unmarked'), value('stuck_pending')]).toEqual([2, 3]);
    expect(value('late_unmarked_oldest_seconds')).toBeGreaterThan(899);
    expect(value('stuck_pending_oldest_seconds')).toBeGreaterThan(1199);
    expect(found(snapshot)).toEqual(expect.arrayContaining(['late-runs-unmarked', 'stuck-pending']));
    await forgetRuns();
    const after = found((await look()).snapshot);
    for (const finding of ['late-runs-unmarked', 'stuck-pending']) expect(after).not.toContain(finding);
  });

  it('are not said to be well when the answer is full of others', async () => {
    await addRuns(60, 'PENDING', 'Pending', 1200);
    await addRuns(1, 'SCHEDULED', 'Scheduled', 900);
    const report = await prefectReport();
    expect(said(report, 'prefect.flow_runs.stuck_pending')).toBe(50);
    expect(said(report, 'prefect.flow_runs.late_unmarked')).toBe('failed');
    expect(report.facts.waiting_runs).toEqual({ partial: true });
  });

  it('are told by the API: pools in use without a worker, and workers nobody lists OFFLINE', async () => {
    await database.query(
      `INSERT INTO work_pool (name, type, status)
       VALUES ('idle', 'process', 'NOT_READY'), ('unused', 'process', 'NOT_READY'), ('gone', 'process', 'READY');
       INSERT INTO work_queue (name, work_pool_id) SELECT 'default', id FROM work_pool;
       UPDATE work_pool p SET default_queue_id = q.id FROM work_queue q WHERE q.work_pool_id = p.id;
       INSERT INTO flow (name) VALUES ('deployed');
       INSERT INTO deployment (name, flow_id, work_queue_id)
         SELECT 'nightly', f.id, q.id FROM flow f, work_queue q JOIN work_pool p ON p.id = q.work_pool_id
         WHERE f.name = 'deployed' AND p.name = 'idle';
       INSERT INTO worker (name, work_pool_id, last_heartbeat_time, heartbeat_interval_seconds, status)
         SELECT 'lost', id, now() - interval '10 minutes', 30, 'ONLINE' FROM work_pool WHERE name = 'gone'`,
    );
    const { reports, snapshot } = await look({ tier: 'quarter-hour' });
    const [report] = reports;
    expect(report?.errors).toEqual([]);
    expect(report && said(report, 'prefect.work_pools', 'NOT_READY')).toBe(2);
    expect(report && said(report, 'prefect.deployments')).toBe(1);
    const titles = snapshot.findings.filter((f) => ['work-pool-not-ready', 'workers-stale'].includes(f.id));
    expect(titles.map((f) => f.id).toSorted()).toEqual(['work-pool-not-ready', 'workers-stale']);
    expect(JSON.stringify(titles)).toMatch(/idle.*|lost in gone/);
    await database.query(`UPDATE worker SET last_heartbeat_time = now();
                          UPDATE work_pool SET status = 'READY' WHERE name = 'idle'`);
    const after = found((await look({ tier: 'quarter-hour' })).snapshot);
    for (const finding of ['work-pool-not-ready', 'workers-stale']) expect(after).not.toContain(finding);
  });
});

describe('the settings of the server', () => {
  it('are compared with what is recommended, and no secret of theirs travels', async () => {
    const { reports, snapshot } = await look();
    const hint = snapshot.findings.find((f) => f.id === 'setting-off-recommended');
    expect(hint?.severity).toBe('info');
    expect(hint?.remedy[0]?.command).toContain('PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE=60');
    const text = JSON.stringify([reports, snapshot]);
    for (const secret of [LOGIN, prefect.database.owner.password]) expect(text).not.toContain(secret);
  });
});

describe('an API that is stopped', () => {
  it('is down, runs cannot report, and the database keeps a status of its own', async () => {
    await addRuns(1, 'RUNNING', 'Running', 60);
    const before = (await look({ tables: true })).snapshot;
    await prefect.api.stop();
    await proxy.close();
    const { snapshot } = await look({ tables: true });
    expect(found(snapshot)).toEqual(
      expect.arrayContaining(['prefect-api-down', 'api-outage-unconfirmed-state']),
    );
    expect(snapshot.server.status).toBe('error');
    expect(snapshot.database.status).toBe(before.database.status);
    expect(snapshot.database.latency_ms).toBeGreaterThan(0);
  });
});
