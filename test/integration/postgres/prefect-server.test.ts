import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Finding } from '../../../lib/model/finding.ts';
import { newPrefectDatabase, openPrefectTemplate, type PrefectDatabase } from './prefect-database.ts';
import { commandsOf, judge, reportOf } from './prefect-look.ts';
import { type PrefectServer, startPrefectServer } from './prefect-server.ts';
import { openServer, type Server } from './server.ts';

let server: Server;
let database: PrefectDatabase;
let prefect: PrefectServer;
beforeAll(async () => {
  server = await openServer();
  await openPrefectTemplate(server);
  database = await newPrefectDatabase(server, 'real');
  prefect = await startPrefectServer(database.url, { services: false });
}, 180_000);
afterAll(async () => {
  await prefect?.stop();
  await server?.stop();
}, 60_000);

interface Created {
  readonly id: string;
}

const judged = (id: string) => judge(id, database.target);
const isOver = (id: string) =>
  vi.waitFor(async () => expect(await judged(id)).toBeNull(), { timeout: 120_000, interval: 500 });
const holds = (id: string, severity: string) =>
  vi.waitFor(async () => expect(await judged(id)).toMatchObject({ severity }), {
    timeout: 120_000,
    interval: 500,
  });
const offered = (finding: Finding | null | 'unjudged', start: string): string => {
  const command = commandsOf(finding).find((c) => c.startsWith(start));
  if (command === undefined) throw new Error(`no command starts with ${start}`);
  return command;
};
/** Lets time pass for what Prefect itself wrote. */
const age = (table: string, column: string, interval: string, id: string) =>
  database.client.query(
    `UPDATE ${table} SET ${column} = ${column} - interval '${interval}', updated = updated - interval '${interval}'
     WHERE id = $1`,
    [id],
  );
const setState = (run: string, type: string) =>
  prefect.post(`/flow_runs/${run}/set_state`, { state: { type }, force: true });

const STATES = [
  ...['SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING'],
  ...['COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED'],
];
const pool = 'tide pool';
let deployment: Created;
let lateRun: Created;

describe('a Prefect whose background services stand still', () => {
  it('is seen by late runs nobody marks, schedules without a run, and dead workers listed ONLINE', async () => {
    const flow = await prefect.post<Created>('/flows/', { name: 'currents' });
    await prefect.post('/work_pools/', { name: pool, type: 'process', base_job_template: {} });
    deployment = await prefect.post<Created>('/deployments/', {
      name: 'hourly',
      flow_id: flow.id,
      work_pool_name: pool,
      schedules: [{ active: true, schedule: { cron: '0 * * * *' } }],
    });
    lateRun = await prefect.post<Created>(`/deployments/${deployment.id}/create_flow_run`, {
      state: {
        type: 'SCHEDULED',
        state_details: { scheduled_time: new Date(Date.now() - 120_000).toISOString() },
      },
    });
    const workers = `/work_pools/${encodeURIComponent(pool)}/workers`;
    await prefect.post(`${workers}/heartbeat`, { name: 'hand', heartbeat_interval_seconds: 30 });
    const [hand] = await prefect.post<Created[]>(`${workers}/filter`, {});
    await age('worker', 'last_heartbeat_time', '10 minutes', hand?.id ?? '');
    await database.client.query("UPDATE deployment_schedule SET updated = now() - interval '10 minutes'");

    expect(await judged('late-runs-unmarked')).toMatchObject({ severity: 'warning' });
    expect(await judged('schedule-horizon-empty')).toMatchObject({ severity: 'warning' });
    expect(await judged('workers-stale')).toMatchObject({ severity: 'warning' });
    expect(await judged('work-pool-not-ready')).toBeNull();
  }, 60_000);

  it('recovers once they run: then it is the pool that has no worker, until one comes', async () => {
    await prefect.stop();
    prefect = await startPrefectServer(database.url, { services: true });
    await isOver('late-runs-unmarked');
    await isOver('schedule-horizon-empty');
    await isOver('workers-stale');
    await holds('work-pool-not-ready', 'critical');
    const path = `/work_pools/${encodeURIComponent(pool)}/workers/heartbeat`;
    await prefect.post(path, { name: 'hand', heartbeat_interval_seconds: 3600 });
    await isOver('work-pool-not-ready');
  }, 240_000);

  it('counts the runs the API counts', async () => {
    const minute = await reportOf(database.target, 'minute');
    const quarterHour = await reportOf(database.target, 'quarter-hour');
    const readings = [...minute.readings, ...quarterHour.readings];
    for (const type of STATES) {
      const count = await prefect.post<number>('/flow_runs/count', {
        flow_runs: { state: { type: { any_: [type] } } },
      });
      const reading = readings.find((r) => r.signal === 'postgres.flow_runs' && r.labels?.state === type);
      expect(reading?.value).toBe(count);
    }
    expect(readings.find((r) => r.signal === 'postgres.flow_runs.late')?.value).toBe(1);
  });

  it('has its events stored', async () => {
    await vi.waitFor(
      async () => {
        const { readings } = await reportOf(database.target, 'minute');
        const value = (signal: string) => readings.find((r) => r.signal === signal)?.value;
        expect(value('postgres.events.inserted_per_minute')).toBeGreaterThan(0);
        expect(value('postgres.events.newest_insert_age_seconds')).toBeLessThan(120);
        expect(value('postgres.events.ingest_lag_seconds')).toBeLessThan(60);
      },
      { timeout: 30_000, interval: 500 },
    );
  }, 40_000);
});

describe('the commands offered', () => {
  it('free the slots of a full pool and cancel the runs that hold them', async () => {
    const stuck = await prefect.post<Created>(`/deployments/${deployment.id}/create_flow_run`, {});
    await prefect.shell(`prefect work-pool set-concurrency-limit '${pool}' 1`);
    await setState(stuck.id, 'PENDING');
    await age('flow_run', 'state_timestamp', '15 minutes', stuck.id);

    const full = await judged('pool-slots-held-by-pending');
    expect(full).toMatchObject({ severity: 'critical' });
    await prefect.shell(offered(full, 'prefect work-pool set-concurrency-limit'));
    expect(await judged('pool-slots-held-by-pending')).toBeNull();

    const pending = await judged('stuck-pending');
    expect(pending).toMatchObject({ severity: 'warning' });
    await prefect.shell(offered(pending, `prefect flow-run cancel ${stuck.id}`));
    expect(await judged('stuck-pending')).toBeNull();
  }, 120_000);

  it('end a run that stays CANCELLING', async () => {
    await setState(lateRun.id, 'RUNNING');
    await setState(lateRun.id, 'CANCELLING');
    await age('flow_run', 'state_timestamp', '6 minutes', lateRun.id);
    const verdict = await judged('stuck-cancelling');
    expect(verdict).toMatchObject({ severity: 'warning' });
    await prefect.shell(offered(verdict, `curl -X POST "$PREFECT_API_URL/flow_runs/${lateRun.id}`));
    expect(await judged('stuck-cancelling')).toBeNull();
  }, 60_000);

  it('give back the slots of a limit whose runs are gone', async () => {
    const { id: flow } = await prefect.post<Created>('/flows/', { name: 'currents' });
    const limited = await prefect.post<Created>('/deployments/', {
      name: 'one at a time',
      flow_id: flow,
      work_pool_name: pool,
      concurrency_limit: 1,
    });
    const run = await prefect.post<Created>(`/deployments/${limited.id}/create_flow_run`, {});
    await prefect.post(`/flow_runs/${run.id}/set_state`, { state: { type: 'PENDING' } });
    expect(await judged('concurrency-limit-exhausted')).toBeNull();
    await database.client.query('DELETE FROM flow_run WHERE id = $1', [run.id]);
    const verdict = await judged('concurrency-limit-exhausted');
    expect(verdict).toMatchObject({ severity: 'warning' });
    await prefect.shell(offered(verdict, 'prefect global-concurrency-limit update'));
    expect(await judged('concurrency-limit-exhausted')).toBeNull();
  }, 60_000);

  it('are commands of Prefect that exist, with the settings they name', async () => {
    const settings = await prefect.shell('prefect config view --show-defaults');
    for (const name of ['EVENTS_RETENTION', 'DB_VACUUM', 'LATE_RUNS']) expect(settings).toContain(name);
    await prefect.shell('prefect config set PREFECT_EVENTS_RETENTION_PERIOD="2d"');
    await prefect.shell(`prefect work-pool inspect '${pool}'`);
    await prefect.shell('prefect flow-run ls --state-type PENDING --limit 50');
    await prefect.shell('prefect deployment schedule ls currents/hourly');
    await prefect.shell(`prefect work-queue set-concurrency-limit default 80 --pool '${pool}'`);
    await prefect.shell('prefect server services ls');
  }, 120_000);
});
