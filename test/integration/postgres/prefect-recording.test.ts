import { describe, expect, it } from 'vitest';
import { ownPrefect } from './own-prefect.ts';
import { ago } from './prefect-database.ts';
import { evidenceOf, judge, readingOf, valuesOf } from './prefect-look.ts';

const prefect = ownPrefect({ emptied: true });

const byService = (signal: string) => valuesOf(prefect.target, signal);
const oneValue = async (signal: string) => (await readingOf(prefect.target, signal))?.value;

describe('what consumers should have written', () => {
  const missing = () => judge('events-not-recorded', prefect.target);
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
    const verdict = await missing();
    expect(verdict).toMatchObject({ severity: 'critical', evidence: [{ threshold: 60 }] });
    expect(evidenceOf(verdict)).toMatch(/^EventPersister .*: something is missing for 2 min/);
    await prefect.events(1);
    expect((await overdue()).EventPersister).toBe(0);
    expect(await missing()).toBeNull();
  });

  it('is the state of a task run whose event is there', async () => {
    await taskEvent(ago('100 seconds'), 'server');
    expect((await overdue()).TaskRunRecorder).toBe(0);
    await taskEvent(ago('90 seconds'));
    expect((await overdue()).TaskRunRecorder).toBeCloseTo(90, -1);
    expect(evidenceOf(await missing())).toMatch(/^TaskRunRecorder /);
    const taskRun = await prefect.insert('task_run', { name: 'wash', task_key: 'wash', dynamic_key: '0' });
    await prefect.insert('task_run_state', {
      task_run_id: taskRun,
      type: 'RUNNING',
      name: 'Running',
      updated: ago('89 seconds'),
    });
    expect((await overdue()).TaskRunRecorder).toBe(0);
    expect(await missing()).toBeNull();
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
