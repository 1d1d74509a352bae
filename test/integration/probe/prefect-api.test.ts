import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../../../lib/model/report.ts';
import type { Snapshot } from '../../../lib/model/snapshot.ts';
import { LOGIN, LoginPrefect } from './login-prefect.ts';
import { said } from './visit.ts';

let own: LoginPrefect;

const found = ({ findings }: Snapshot) => findings.map((f) => f.id);

beforeAll(async () => {
  own = await LoginPrefect.start();
});
afterAll(() => own?.close());
beforeEach(async () => {
  await own.forgetRuns();
  own.proxy.asked.length = 0;
  own.proxy.answerWith = null;
});

describe('an API that asks for a password and for CSRF tokens', () => {
  it('is asked for a token once, and from then on answers everything', async () => {
    await own.report();
    expect(own.proxy.asked.filter((asked) => asked.includes('/csrf-token'))).toHaveLength(1);
    own.proxy.asked.length = 0;
    const report = await own.report();
    expect(report.errors).toEqual([]);
    expect(said(report, 'prefect.flow_run.count', 'RUNNING')).toBe(0);
    expect(own.proxy.asked.filter((asked) => asked.includes('/csrf-token'))).toEqual([]);
  });

  it('says that a password is wrong', async () => {
    process.env.TEST_PREFECT_LOGIN = 'admin:wrong';
    const report = await own.report().finally(() => {
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
    for (const [index, state] of states.entries()) await own.addRuns(index + 1, state, state, -3600);
    await own.addRuns(3, 'RUNNING', 'Running', 86_400 * 400);
    const { rows } = await own.database.query<{ state: string; n: number }>(
      'SELECT state_type::text AS state, count(*)::int AS n FROM flow_run GROUP BY 1',
    );
    const [minute, quarterHour] = [await own.report('minute'), await own.report('quarter-hour')];
    const counted = [...minute.readings, ...quarterHour.readings].flatMap((r) =>
      r.signal === 'prefect.flow_run.count' && r.value !== 0 ? [[r.labels?.state, r.value]] : [],
    );
    expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(rows.map((r) => [r.state, r.n])));
  });
});

describe('what a round costs', () => {
  it('is ten requests at most, however many runs there are', async () => {
    await own.report();
    const before = own.proxy.asked.toSorted();
    expect(before.length).toBeLessThanOrEqual(10);
    await own.addRuns(5000, 'COMPLETED', 'Completed', 3600);
    await own.addRuns(500, 'PENDING', 'Pending', 3600);
    own.proxy.asked.length = 0;
    const report = await own.report();
    expect(report.errors).toEqual([]);
    expect(own.proxy.asked.toSorted().map((asked) => asked.replace(/\?.*/, ''))).toEqual(before);
  });

  it('is fewer where the database says what becomes of runs, and nothing is asked for twice', async () => {
    await own.report('minute', true);
    expect(own.proxy.asked.length).toBeLessThan(10);
    expect(own.proxy.asked).not.toContain('POST /api/flow_runs/filter');
    own.proxy.asked.length = 0;
    await own.report('quarter-hour', true);
    expect(own.proxy.asked.filter((asked) => !/health|flow_runs\/count/.test(asked))).toEqual([]);
  });

  it('is one request when the API asks for fewer, until the rest it asked for is over', async () => {
    own.proxy.answerWith = 429;
    const { reports, snapshot } = await own.look();
    expect(own.proxy.asked).toHaveLength(1);
    expect(reports.map((r) => said(r, 'prefect.up'))).toEqual(['saturated']);
    expect(found(snapshot)).toContain('cloud-rate-limited');
    own.proxy.answerWith = null;
    await expect
      .poll(async () => found((await own.look()).snapshot), { timeout: 20_000 })
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
    const slow = await own.whileLocked(table, () => own.look());
    expect(slow.reports.map((r) => said(r, 'prefect.up'))).toEqual([1]);
    expect(['timeout', 'failed']).toContain(duration(slow.reports[0], request));
    expect(duration(slow.reports[0], 'health')).toBeGreaterThan(0);
    expect(found(slow.snapshot)).toContain(finding);
    const well = await own.look();
    expect(duration(well.reports[0], request)).toBeGreaterThan(0);
    expect(found(well.snapshot)).not.toContain(finding);
  });

  it('that answers in the end has its time in the reading', async () => {
    const waits = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%task_run%'
                   AND now() - query_start > interval '1 second'`;
    const report = await own.whileLocked('task_run', async () => {
      const looking = own.report();
      await expect.poll(async () => (await own.database.query(waits)).rowCount, { timeout: 15_000 }).toBe(1);
      return { looking };
    });
    expect(duration(await report.looking, 'task_run_count')).toBeGreaterThan(1000);
  });
});

describe('runs, pools and workers where no database is watched', () => {
  it('are told by the API: late runs nobody marks, runs that do not start', async () => {
    await own.addRuns(2, 'SCHEDULED', 'Scheduled', 900);
    await own.addRuns(1, 'SCHEDULED', 'Late', 900);
    await own.addRuns(3, 'PENDING', 'Pending', 1200);
    await own.addRuns(1, 'PENDING', 'Pending', 120);
    const { reports, snapshot } = await own.look();
    const [report] = reports;
    expect(report?.errors).toEqual([]);
    const value = (name: string) => report && said(report, `prefect.flow_runs.${name}`);
    expect([value('late_unmarked'), value('stuck_pending')]).toEqual([2, 3]);
    expect(value('late_unmarked_oldest_seconds')).toBeGreaterThan(899);
    expect(value('stuck_pending_oldest_seconds')).toBeGreaterThan(1199);
    expect(found(snapshot)).toEqual(expect.arrayContaining(['late-runs-unmarked', 'stuck-pending']));
    await own.forgetRuns();
    const after = found((await own.look()).snapshot);
    for (const finding of ['late-runs-unmarked', 'stuck-pending']) expect(after).not.toContain(finding);
  });

  it('are not said to be well when the answer is full of others', async () => {
    await own.addRuns(60, 'PENDING', 'Pending', 1200);
    await own.addRuns(1, 'SCHEDULED', 'Scheduled', 900);
    const report = await own.report();
    expect(said(report, 'prefect.flow_runs.stuck_pending')).toBe(50);
    expect(said(report, 'prefect.flow_runs.late_unmarked')).toBe('failed');
    expect(report.facts.waiting_runs).toEqual({ partial: true });
  });

  it('are told by the API: pools in use without a worker, and workers nobody lists OFFLINE', async () => {
    await own.database.query(
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
    const { reports, snapshot } = await own.look({ tier: 'quarter-hour' });
    const [report] = reports;
    expect(report?.errors).toEqual([]);
    expect(report && said(report, 'prefect.work_pools', 'NOT_READY')).toBe(2);
    expect(report && said(report, 'prefect.deployments')).toBe(1);
    const titles = snapshot.findings.filter((f) => ['work-pool-not-ready', 'workers-stale'].includes(f.id));
    expect(titles.map((f) => f.id).toSorted()).toEqual(['work-pool-not-ready', 'workers-stale']);
    expect(JSON.stringify(titles)).toMatch(/idle.*|lost in gone/);
    await own.database.query(`UPDATE worker SET last_heartbeat_time = now();
                          UPDATE work_pool SET status = 'READY' WHERE name = 'idle'`);
    const after = found((await own.look({ tier: 'quarter-hour' })).snapshot);
    for (const finding of ['work-pool-not-ready', 'workers-stale']) expect(after).not.toContain(finding);
  });
});

describe('the settings of the server', () => {
  it('are compared with what is recommended, and no secret of theirs travels', async () => {
    const { reports, snapshot } = await own.look();
    const hint = snapshot.findings.find((f) => f.id === 'setting-off-recommended');
    expect(hint?.severity).toBe('info');
    expect(hint?.remedy[0]?.command).toContain('PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE=60');
    const text = JSON.stringify([reports, snapshot]);
    for (const secret of [LOGIN, own.prefect.database.owner.password]) expect(text).not.toContain(secret);
  });
});

describe('an API that is stopped', () => {
  it('is down, runs cannot report, and the database keeps a status of its own', async () => {
    await own.addRuns(1, 'RUNNING', 'Running', 60);
    const before = (await own.look({ tables: true })).snapshot;
    await own.prefect.api.stop();
    await own.proxy.close();
    const { snapshot } = await own.look({ tables: true });
    expect(found(snapshot)).toEqual(
      expect.arrayContaining(['prefect-api-down', 'api-outage-unconfirmed-state']),
    );
    expect(snapshot.server.status).toBe('error');
    expect(snapshot.database.status).toBe(before.database.status);
    expect(snapshot.database.latency_ms).toBeGreaterThan(0);
  });
});
