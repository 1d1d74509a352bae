import { describe, expect, it } from 'vitest';
import { ownPrefect } from './own-prefect.ts';
import { ago, ahead, type PrefectDatabase } from './prefect-database.ts';
import { evidenceOf, judge, valuesOf } from './prefect-look.ts';

const prefect = ownPrefect({ emptied: true });

const undone = () => judge('background-work-undone', prefect.target);
const byService = (signal: string) => valuesOf(prefect.target, signal);

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
    const verdict = await undone();
    expect(verdict).toMatchObject({ severity: 'critical', evidence: [{ threshold: 5 }] });
    expect(evidenceOf(verdict)).toMatch(
      /^schedule_deployments .* has work waiting for 10 min, every 60 s is due/,
    );
    await comes(id, '170 minutes', ago('9 minutes'));
    expect(await owed()).toBe(0);
    expect(await undone()).toBeNull();
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
    expect(evidenceOf(await undone())).toMatch(/^monitor_expired_pauses /);
    await prefect.client.query("UPDATE flow_run SET state_type = 'FAILED', state_name = 'Failed'");
    expect(await undone()).toBeNull();
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
    expect(evidenceOf(await undone())).toMatch(/monitor_cancelled_flow_runs .*\n?.*monitor_subflow_runs /s);
    await prefect.client.query(`UPDATE task_run SET state_type = 'CANCELLED' WHERE state_type = 'RUNNING';
                                UPDATE flow_run SET state_type = 'CANCELLED' WHERE state_type = 'RUNNING'`);
    expect(await undone()).toBeNull();
  });
});
