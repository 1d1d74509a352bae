import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tier } from '../../../lib/model/report.ts';
import {
  ago,
  ahead,
  newPrefectDatabase,
  openPrefectTemplate,
  type PrefectDatabase,
} from './prefect-database.ts';
import { commandsOf, evidenceOf, judge, reportOf } from './prefect-look.ts';
import { openServer, PASSWORD, type Server } from './server.ts';

let server: Server;
let prefect: PrefectDatabase;
beforeAll(async () => {
  server = await openServer();
  await openPrefectTemplate(server);
  prefect = await newPrefectDatabase(server, 'flow_runs');
}, 120_000);
afterAll(() => server?.stop());

const emptied = () =>
  prefect.client.query('DELETE FROM flow_run; DELETE FROM deployment; DELETE FROM work_pool');

const readingsOf = async (signal: string, tier: Tier = 'minute') =>
  (await reportOf(prefect.target, tier)).readings.filter((r) => r.signal === signal);
const valueIn = async (signal: string, tier: Tier = 'minute') => (await readingsOf(signal, tier))[0]?.value;
const byState = async (tier: Tier) =>
  Object.fromEntries((await readingsOf('postgres.flow_runs', tier)).map((r) => [r.labels?.state, r.value]));

describe('flow runs by state', () => {
  it('are counted every minute while under way, and the others every quarter of an hour', async () => {
    await emptied();
    await prefect.runs(7, { state_type: 'SCHEDULED', state_name: 'Scheduled' });
    await prefect.runs(3, { state_type: 'PENDING', state_name: 'Pending', state_timestamp: ago('1 minute') });
    await prefect.runs(2, { state_type: 'RUNNING', state_name: 'Running' });
    await prefect.runs(40, { state_type: 'COMPLETED', state_name: 'Completed' });
    await prefect.runs(5, { state_type: 'CRASHED', state_name: 'Crashed' });
    expect(await byState('minute')).toEqual({
      PENDING: 3,
      RUNNING: 2,
      PAUSED: 0,
      CANCELLING: 0,
    });
    expect(await byState('quarter-hour')).toEqual({
      SCHEDULED: 7,
      COMPLETED: 40,
      FAILED: 0,
      CRASHED: 5,
      CANCELLED: 0,
    });
  });

  it('are estimated by the statistics where there are too many to count', async () => {
    await prefect.client.query('ANALYZE flow_run');
    await prefect.client.query(
      "SET allow_system_table_mods = on; UPDATE pg_class SET reltuples = 57e6 WHERE relname = 'flow_run'",
    );
    const counts = await byState('quarter-hour');
    expect(counts.COMPLETED).toBeCloseTo(40e6, -3);
    expect(counts.CRASHED).toBeCloseTo(5e6, -3);
    expect(counts.FAILED).toBeNull();
    await prefect.client.query('ANALYZE flow_run');
  });

  it('are given up, and no more than that, when the count does not end in time', async () => {
    await server.admin.query(`CREATE ROLE slow LOGIN PASSWORD '${PASSWORD}'`);
    await prefect.client.query(`
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO slow;
      ALTER TABLE flow_run ENABLE ROW LEVEL SECURITY;
      CREATE POLICY slowly ON flow_run TO slow USING (pg_sleep(0.1) IS NOT NULL)`);
    const report = await reportOf({ ...prefect.target, user: 'slow' }, 'quarter-hour');
    await prefect.client.query('ALTER TABLE flow_run DISABLE ROW LEVEL SECURITY');
    expect(report.facts.flow_runs_at_rest_are).toBe('estimated');
    const counts = report.readings.filter((r) => r.signal === 'postgres.flow_runs');
    expect(new Set(counts.map((r) => r.unknown?.detail))).toEqual(
      new Set(['too many runs to count, and the state is not in the statistics']),
    );
    expect(report.readings.find((r) => r.signal === 'postgres.deployments')?.value).toBe(0);
  }, 30_000);

  it('tell how many wait for a slot of a limit', async () => {
    await prefect.runs(4, { state_type: 'SCHEDULED', state_name: 'AwaitingConcurrencySlot' });
    expect(await valueIn('postgres.flow_runs.awaiting_slot')).toBe(4);
  });
});

describe('late-runs-unmarked', () => {
  const scheduled = { state_type: 'SCHEDULED', state_name: 'Scheduled' } as const;

  it('does not hold for runs that are yet to come, or came due a moment ago', async () => {
    await emptied();
    await prefect.runs(3, { ...scheduled, next_scheduled_start_time: ahead('1 minute') });
    await prefect.runs(3, { ...scheduled, next_scheduled_start_time: ago('20 seconds') });
    expect(await judge('late-runs-unmarked', prefect.target)).toBeNull();
  });

  it('holds once one is a minute past its start and not marked, and is critical after ten', async () => {
    await prefect.runs(2, { ...scheduled, next_scheduled_start_time: ago('90 seconds') });
    const verdict = await judge('late-runs-unmarked', prefect.target);
    expect(verdict).toMatchObject({ severity: 'warning', evidence: [{ threshold: 60 }, { value: 2 }] });
    await prefect.runs(1, { ...scheduled, next_scheduled_start_time: ago('11 minutes') });
    expect(await judge('late-runs-unmarked', prefect.target)).toMatchObject({ severity: 'critical' });
  });

  it('goes away once they are marked, which makes them late', async () => {
    await prefect.client.query(
      "UPDATE flow_run SET state_name = 'Late' WHERE next_scheduled_start_time < now() - interval '15 seconds'",
    );
    expect(await judge('late-runs-unmarked', prefect.target)).toBeNull();
    expect(await valueIn('postgres.flow_runs.late')).toBe(6);
    expect(await valueIn('postgres.flow_runs.late_oldest_seconds')).toBeGreaterThan(11 * 60);
  });

  it('sees unmarked runs behind a pile of late ones', async () => {
    await prefect.runs(11_000, {
      state_type: 'SCHEDULED',
      state_name: 'Late',
      next_scheduled_start_time: { sql: "now() - interval '1 hour' - i * interval '1 second'" },
    });
    await prefect.runs(5, { ...scheduled, next_scheduled_start_time: ago('5 minutes') });
    expect(await judge('late-runs-unmarked', prefect.target)).toMatchObject({ severity: 'warning' });
  });
});

describe.each([
  ['stuck-pending', 'PENDING', '11 minutes', '9 minutes', 'prefect flow-run cancel '],
  ['stuck-cancelling', 'CANCELLING', '6 minutes', '5 minutes', 'set_state'],
] as const)('%s', (id, state, tooLong, notYet, command) => {
  const run = (since: string) => ({
    state_type: state,
    state_name: state,
    state_timestamp: ago(since),
  });

  it('does not hold before its time', async () => {
    await emptied();
    await prefect.runs(3, run(notYet));
    expect(await judge(id, prefect.target)).toBeNull();
  });

  it('holds after it, and says where the runs are and which they are', async () => {
    const { queue } = await prefect.pool('tide; rm -rf /');
    const deployment = await prefect.deployment('ebb', { work_queue_id: queue });
    await prefect.runs(2, { ...run(tooLong), work_queue_id: queue, deployment_id: deployment });
    const verdict = await judge(id, prefect.target);
    expect(verdict).toMatchObject({
      severity: 'warning',
      evidence: [{ value: 2, threshold: 1 }, {}, {}, {}],
    });
    expect(evidenceOf(verdict)).toContain('work pools: tide; rm -rf / (2)');
    expect(evidenceOf(verdict)).toContain('deployments: tides/ebb (2)');
    const stuck = await prefect.client.query('SELECT id FROM flow_run WHERE deployment_id IS NOT NULL');
    for (const { id } of stuck.rows) {
      expect(commandsOf(verdict).some((c) => c.includes(id) && c.includes(command))).toBe(true);
    }
    for (const c of commandsOf(verdict)) expect(c.replaceAll(/'[^']*'/g, '')).not.toContain('rm -rf');
  });

  it('goes away once they move on', async () => {
    await prefect.client.query(
      "UPDATE flow_run SET state_type = 'CANCELLED', state_timestamp = now() WHERE deployment_id IS NOT NULL",
    );
    expect(await judge(id, prefect.target)).toBeNull();
  });
});

describe('run-flood-unlimited', () => {
  const run = { state_type: 'COMPLETED', state_name: 'Completed' } as const;
  let pool: string;
  let queue: string;
  let deployment: string;
  const burst = (many: number) =>
    prefect.runs(many, {
      ...run,
      deployment_id: deployment,
      expected_start_time: { sql: 'now()' },
    });
  /** As often as `perMinute` over the day before the last hour. */
  const usually = (perMinute: number) =>
    prefect.runs(perMinute * 1440, {
      ...run,
      deployment_id: deployment,
      created: ago('2 hours'),
      updated: ago('2 hours'),
      expected_start_time: {
        sql: `now() - interval '1 hour' - i * interval '${86_000 / (perMinute * 1440)} seconds'`,
      },
    });

  it('holds while a deployment without any limit is asked for ten times as often as ever', async () => {
    await emptied();
    ({ pool, queue } = await prefect.pool('floods'));
    deployment = await prefect.deployment('alerts', { work_queue_id: queue, created: ago('3 days') });
    await burst(400);
    const verdict = await judge('run-flood-unlimited', prefect.target);
    expect(verdict).toMatchObject({ severity: 'critical', evidence: [{ value: 80, threshold: 30 }, {}] });
    expect(evidenceOf(verdict)).toContain('tides/alerts: 80 runs a minute, usually 0.0');
    expect(commandsOf(verdict)).toEqual([
      'prefect work-queue set-concurrency-limit default 80 --pool floods',
      'prefect work-pool set-concurrency-limit floods 80',
    ]);
  });

  it('goes away once the pool has a limit, or the queue, or the deployment itself', async () => {
    await prefect.client.query('UPDATE work_pool SET concurrency_limit = 80 WHERE id = $1', [pool]);
    expect(await judge('run-flood-unlimited', prefect.target)).toBeNull();
    await prefect.client.query('UPDATE work_pool SET concurrency_limit = NULL WHERE id = $1', [pool]);
    expect(await judge('run-flood-unlimited', prefect.target)).toMatchObject({ severity: 'critical' });
    await prefect.client.query('UPDATE work_queue SET concurrency_limit = 80 WHERE id = $1', [queue]);
    expect(await judge('run-flood-unlimited', prefect.target)).toBeNull();
    await prefect.client.query('UPDATE work_queue SET concurrency_limit = NULL WHERE id = $1', [queue]);
    const limit = await prefect.insert('concurrency_limit_v2', {
      name: `deployment:${deployment}`,
      active: true,
      limit: 5,
      active_slots: 0,
      denied_slots: 0,
      slot_decay_per_second: 0,
      avg_slot_occupancy_seconds: 2,
    });
    await prefect.client.query('UPDATE deployment SET concurrency_limit_id = $1', [limit]);
    expect(await judge('run-flood-unlimited', prefect.target)).toBeNull();
    await prefect.client.query('UPDATE deployment SET concurrency_limit_id = NULL');
  });

  it('does not hold for a deployment that is asked for nearly that often every day', async () => {
    await usually(8);
    expect(await judge('run-flood-unlimited', prefect.target)).toBeNull();
    expect(await valueIn('postgres.flow_runs.usual_per_minute', 'quarter-hour')).toBeCloseTo(8, 0);
  });

  it('does not take what the scheduler made ahead of time for a flood', async () => {
    await emptied();
    ({ queue } = await prefect.pool('calm'));
    deployment = await prefect.deployment('hourly', { work_queue_id: queue, created: ago('3 days') });
    await prefect.runs(400, {
      state_type: 'SCHEDULED',
      state_name: 'Scheduled',
      auto_scheduled: true,
      deployment_id: deployment,
    });
    expect(await judge('run-flood-unlimited', prefect.target)).toBeNull();
    expect(await valueIn('postgres.flow_runs.created_per_minute')).toBe(80);
    expect(await valueIn('postgres.flow_runs.busiest_deployment_per_minute')).toBe(0);
  });

  it('does not judge a deployment that has no history yet', async () => {
    await emptied();
    ({ queue } = await prefect.pool('new'));
    deployment = await prefect.deployment('backfill', { work_queue_id: queue });
    await burst(400);
    expect(await valueIn('postgres.flow_runs.busiest_deployment_per_minute')).toBe(80);
    expect(await judge('run-flood-unlimited', prefect.target)).toBeNull();
  });
});

describe('runs that are RUNNING', () => {
  const beat = (run: string, since: string) =>
    prefect.events(1, {
      event: 'prefect.flow-run.heartbeat',
      resource_id: `prefect.flow-run.${run}`,
      occurred: ago(since),
    });

  it('are silent once their heartbeats ended, unless they never sent one', async () => {
    await emptied();
    await prefect.runs(3, { state_type: 'RUNNING', state_name: 'Running', state_timestamp: ago('2 hours') });
    const [alive, dead] = (await prefect.client.query('SELECT id FROM flow_run')).rows.map((r) =>
      String(r.id),
    );
    for (const since of ['100 minutes', '97 minutes', '1 minute']) await beat(alive ?? '', since);
    for (const since of ['100 minutes', '97 minutes']) await beat(dead ?? '', since);
    expect(await valueIn('postgres.flow_runs.running_with_heartbeat', 'quarter-hour')).toBe(2);
    expect(await valueIn('postgres.flow_runs.running_silent', 'quarter-hour')).toBe(1);
    expect((await reportOf(prefect.target, 'quarter-hour')).facts.running_silent).toEqual([dead]);
    await beat(dead ?? '', '1 second');
    expect(await valueIn('postgres.flow_runs.running_silent', 'quarter-hour')).toBe(0);
  });
});
