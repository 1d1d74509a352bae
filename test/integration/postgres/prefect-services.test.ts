import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ago,
  ahead,
  newPrefectDatabase,
  openPrefectTemplate,
  type PrefectDatabase,
} from './prefect-database.ts';
import { reportOf } from './prefect-look.ts';
import { openServer, type Server } from './server.ts';

let server: Server;
let prefect: PrefectDatabase;
beforeAll(async () => {
  server = await openServer();
  await openPrefectTemplate(server);
  prefect = await newPrefectDatabase(server, 'services');
}, 120_000);
afterAll(() => server?.stop());
beforeEach(async () => {
  await prefect.client.query(
    'TRUNCATE flow_run, flow_run_state, task_run, task_run_state, deployment, events, worker, work_pool CASCADE',
  );
});

/** The values of a signal that has one for each service. */
const byService = async (signal: string): Promise<Record<string, number | null>> =>
  Object.fromEntries(
    (await reportOf(prefect.target, 'minute')).readings
      .filter((r) => r.signal === signal)
      .map((r) => [r.labels?.service ?? '', r.value]),
  );
const oneValue = async (signal: string) =>
  (await reportOf(prefect.target, 'minute')).readings.find((r) => r.signal === signal)?.value;

const HOURLY = '{"cron": "0 * * * *"}';
const INTERVAL = '{"interval": 300}';
const scheduled = async (schedule: string, since = ago('1 day'), row = {}) => {
  const id = await prefect.deployment('daily', { paused: false, updated: since, ...row });
  await prefect.insert('deployment_schedule', { deployment_id: id, active: true, schedule, updated: since });
  return id;
};
/** A run the scheduler made: fallen due and begun, or still to come. */
const fell = (deployment: string, due: string, created = ago('3 days')) =>
  prefect.runs(1, {
    deployment_id: deployment,
    auto_scheduled: true,
    state_type: 'RUNNING',
    state_name: 'Running',
    expected_start_time: ago(due),
    created,
    updated: ago(due),
  });
const comes = (deployment: string, start: string, created: ReturnType<typeof ago>) =>
  prefect.runs(1, {
    deployment_id: deployment,
    auto_scheduled: true,
    state_type: 'SCHEDULED',
    state_name: 'Scheduled',
    expected_start_time: ahead(start),
    next_scheduled_start_time: ahead(start),
    created,
    updated: created,
  });

describe('runs that the scheduler owes', () => {
  const owed = async () => (await byService('postgres.scheduler.overdue_seconds')).schedule_deployments;

  it('are none where nothing is scheduled', async () => {
    expect(await byService('postgres.scheduler.overdue_seconds')).toEqual({
      schedule_deployments: 0,
      schedule_recent_deployments: 0,
    });
  });

  it('are those not made since one fell due and less than three were left', async () => {
    const id = await scheduled(HOURLY);
    await fell(id, '10 minutes');
    await comes(id, '50 minutes', ago('70 minutes'));
    await comes(id, '110 minutes', ago('70 minutes'));
    expect(await owed()).toBeCloseTo(600, -1);
    await comes(id, '170 minutes', ago('9 minutes'));
    expect(await owed()).toBe(0);
  });

  it('are told of a frequent schedule long before its runs are used up', async () => {
    const id = await scheduled(INTERVAL);
    await fell(id, '1 minute');
    for (const minutes of [4, 9, 14, 19, 24, 29])
      await comes(id, `${minutes} minutes`, ago(`${46 - minutes} minutes`));
    expect(await owed()).toBeCloseTo((46 - 29 - 5) * 60, -1);
    await comes(id, '34 minutes', ago('4 minutes'));
    expect(await owed()).toBe(0);
  });

  it('are no fault of a scheduler that lately made others', async () => {
    const broken = await scheduled(HOURLY);
    await fell(broken, '40 minutes');
    const fine = await prefect.deployment('fine');
    await comes(fine, '10 minutes', ago('30 seconds'));
    expect(await owed()).toBeCloseTo(30, -1);
  });

  it.each([
    ['paused', HOURLY, { paused: true }],
    ['at its end', '{"rrule": "FREQ=DAILY;COUNT=3"}', {}],
  ])('are none of a deployment that is %s', async (_, schedule, row) => {
    await fell(await scheduled(schedule, ago('1 day'), row), '40 minutes');
    expect(await owed()).toBe(0);
  });

  it('are owed at once to a deployment that is new', async () => {
    const id = await scheduled(HOURLY, ago('30 seconds'));
    const recent = async () =>
      (await byService('postgres.scheduler.overdue_seconds')).schedule_recent_deployments;
    expect(await recent()).toBeCloseTo(30, -1);
    await comes(id, '10 minutes', ago('20 seconds'));
    expect(await recent()).toBe(0);
  });
});

describe('runs that should have been ended', () => {
  const overdue = () => byService('postgres.clean_up.overdue_seconds');
  const run = (row: Parameters<PrefectDatabase['runs']>[1]) =>
    prefect.client
      .query("SELECT id FROM flow WHERE name = 'tides'")
      .then(({ rows }) => prefect.insert('flow_run', { name: 'otter', flow_id: rows[0].id, ...row }));
  const task = (flowRun: string, state: string, key = 'wash') =>
    prefect.insert('task_run', {
      name: key,
      flow_run_id: flowRun,
      task_key: key,
      dynamic_key: '0',
      state_type: state,
      state_name: state,
    });

  it('are none in an empty database', async () => {
    expect(await overdue()).toEqual({
      monitor_expired_pauses: 0,
      monitor_cancelled_flow_runs: 0,
      monitor_subflow_runs: 0,
    });
  });

  it('are paused past their time', async () => {
    const pause = async (timeout: { sql: string }) => {
      const id = await run({ state_type: 'PAUSED', state_name: 'Paused' });
      const state = await prefect.insert('flow_run_state', {
        flow_run_id: id,
        type: 'PAUSED',
        name: 'Paused',
        state_details: { sql: `json_build_object('pause_timeout', ${timeout.sql})` },
      });
      await prefect.client.query('UPDATE flow_run SET state_id = $1 WHERE id = $2', [state, id]);
    };
    await pause(ahead('1 hour'));
    expect((await overdue()).monitor_expired_pauses).toBe(0);
    await pause(ago('50 seconds'));
    expect((await overdue()).monitor_expired_pauses).toBeCloseTo(50, -1);
    expect((await byService('postgres.clean_up.overdue')).monitor_expired_pauses).toBe(1);
  });

  it('are task runs and subflows of a flow run that was cancelled', async () => {
    const parent = await run({
      state_type: 'CANCELLED',
      state_name: 'Cancelled',
      end_time: ago('90 seconds'),
    });
    const done = await task(parent, 'COMPLETED');
    expect(await overdue()).toMatchObject({ monitor_cancelled_flow_runs: 0, monitor_subflow_runs: 0 });
    await task(parent, 'RUNNING', 'rinse');
    await run({
      state_type: 'RUNNING',
      state_name: 'Running',
      parent_task_run_id: done,
      created: ago('10 minutes'),
    });
    const { monitor_cancelled_flow_runs, monitor_subflow_runs } = await overdue();
    expect(monitor_cancelled_flow_runs).toBeCloseTo(90, -1);
    expect(monitor_subflow_runs).toBeCloseTo(90, -1);
  });
});

describe('what consumers should have written', () => {
  const overdue = () => byService('postgres.recording.overdue_seconds');
  const changed = async (name: string, when: { sql: string }) => {
    const { rows } = await prefect.client.query("SELECT id FROM flow WHERE name = 'tides'");
    const id = await prefect.insert('flow_run', { name: 'otter', flow_id: rows[0].id });
    await prefect.insert('flow_run_state', { flow_run_id: id, type: 'RUNNING', name, updated: when });
  };
  const taskEvent = (received: { sql: string }, orchestration = 'client') =>
    prefect.events(1, {
      event: 'prefect.task-run.Running',
      resource: JSON.stringify({ 'prefect.orchestration': orchestration }),
      received,
    });

  it('is nothing where nothing happens', async () => {
    expect(await overdue()).toEqual({ EventPersister: 0, TaskRunRecorder: 0 });
    await prefect.events(3, { updated: ago('3 hours'), received: ago('3 hours') });
    expect(await overdue()).toEqual({ EventPersister: 0, TaskRunRecorder: 0 });
  });

  it('is the event of a state that changed since the newest event', async () => {
    await prefect.events(1, { updated: ago('10 minutes') });
    await changed('Scheduled', ago('5 minutes'));
    expect((await overdue()).EventPersister).toBe(0);
    await changed('Running', ago('2 minutes'));
    await changed('Running', ago('1 second'));
    expect((await overdue()).EventPersister).toBeCloseTo(120, -1);
    await prefect.events(1);
    expect((await overdue()).EventPersister).toBe(0);
  });

  it('is the state of a task run whose event is there', async () => {
    await taskEvent(ago('100 seconds'), 'server');
    expect((await overdue()).TaskRunRecorder).toBe(0);
    await taskEvent(ago('90 seconds'));
    expect((await overdue()).TaskRunRecorder).toBeCloseTo(90, -1);
    const taskRun = await prefect.insert('task_run', { name: 'wash', task_key: 'wash', dynamic_key: '0' });
    await prefect.insert('task_run_state', {
      task_run_id: taskRun,
      type: 'RUNNING',
      name: 'Running',
      updated: ago('89 seconds'),
    });
    expect((await overdue()).TaskRunRecorder).toBe(0);
  });
});

describe('what the services did', () => {
  it('is counted by what it left, and for five minutes', async () => {
    const { rows } = await prefect.client.query("SELECT id FROM flow WHERE name = 'tides'");
    const id = await prefect.insert('flow_run', {
      name: 'otter',
      flow_id: rows[0].id,
      auto_scheduled: true,
      created: ago('1 minute'),
    });
    const state = (type: string, name: string, message: string, minutes: number) =>
      prefect.insert('flow_run_state', {
        flow_run_id: id,
        type,
        name,
        message,
        timestamp: { sql: `now() - interval '${minutes} minutes' - random() * interval '1 s'` },
        updated: ago(`${minutes} minutes`),
      });
    await state('SCHEDULED', 'Late', '', 1);
    await state('SCHEDULED', 'Late', '', 2);
    await state('SCHEDULED', 'Late', '', 6);
    await state('FAILED', 'Failed', 'The flow was paused and never resumed.', 1);
    await state('CANCELLED', 'Cancelled', 'by a person', 1);
    const { pool } = await prefect.pool('sea');
    const worker = { work_pool_id: pool, status: 'OFFLINE', last_heartbeat_time: ago('5 minutes') };
    await prefect.insert('worker', { name: 'gone', updated: ago('1 minute'), ...worker });
    await prefect.insert('worker', { name: 'long gone', updated: ago('1 hour'), ...worker });
    expect(await byService('postgres.service.done')).toEqual({
      schedule_deployments: 1,
      monitor_late_runs: 2,
      monitor_expired_pauses: 1,
      ensure_cancelling_timeout_checks: 0,
      monitor_subflow_runs: 0,
      monitor_worker_health: 1,
    });
    expect((await byService('postgres.service.done_age_seconds')).monitor_late_runs).toBeCloseTo(60, -1);
  });

  it('is owed from the first second a silent worker should have been OFFLINE', async () => {
    const { pool } = await prefect.pool('sea');
    await prefect.insert('worker', {
      name: 'gone',
      work_pool_id: pool,
      status: 'ONLINE',
      heartbeat_interval_seconds: 30,
      last_heartbeat_time: ago('110 seconds'),
    });
    expect(await oneValue('postgres.workers.stale_online_overdue_seconds')).toBeCloseTo(20, -1);
    expect(await oneValue('postgres.workers.stale_online')).toBe(0);
  });
});
