import { describe, expect, it } from 'vitest';
import type { Facts } from '../../lib/model/report.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { but, factsOf, SETTINGS } from './background-services.ts';
import { at, healthy, installation, Monitor, type Values } from './builders.ts';
import { look, NOTHING_OWED, owing, REDIS } from './database-effects.ts';

const serviceIn = ({ services }: Snapshot, name: string) =>
  [...services.perpetual, ...services.consumer].find((s) => s.name === name);
const statusOf = (name: string, now: Values, facts?: Facts, redis?: Values) =>
  serviceIn(look(now, facts, redis), name)?.status;
const SCHEDULER = 'postgres.scheduler.overdue_seconds';
const CLEAN_UP = 'postgres.clean_up.overdue_seconds';
const RECORDING = 'postgres.recording.overdue_seconds';
const LATE = 'postgres.flow_runs.late_unmarked_oldest_seconds';
const WORKERS = 'postgres.workers.stale_online_overdue_seconds';
const CANCELLING = 'postgres.flow_runs.stuck_cancelling_oldest_seconds';

describe('a background service without a Redis', () => {
  it('is healthy when nothing waits for it, and unknown when nobody could tell', () => {
    const snapshot = look({});
    const byStatus = Object.groupBy(
      [...snapshot.services.perpetual, ...snapshot.services.consumer],
      (s) => s.status,
    );
    expect(Object.keys(byStatus).toSorted()).toEqual(['healthy', 'unknown']);
    expect(byStatus.unknown?.map((s) => s.name)).toEqual([
      'monitor_expired_leases',
      'reconcile_cleanup_delivery',
      'evaluate_proactive_triggers_periodic',
      'send_telemetry_heartbeat',
      'ReactiveTriggers',
      'Actions',
    ]);
    for (const { details } of byStatus.unknown ?? []) expect(details.unknown).toBe('not-collected');
    expect(snapshot.services).not.toHaveProperty('unknown');
    expect(snapshot.findings).toEqual([]);
  });

  it.each<readonly [service: string, now: Values, status: string]>([
    ['monitor_late_runs', { [LATE]: 15 + 10 }, 'healthy'],
    ['monitor_late_runs', { [LATE]: 15 + 10.1 }, 'degraded'],
    ['monitor_late_runs', { [LATE]: 15 + 25.1 }, 'error'],
    ['monitor_worker_health', { [WORKERS]: 30 }, 'healthy'],
    ['monitor_worker_health', { [WORKERS]: 31 }, 'degraded'],
    ['monitor_worker_health', { [WORKERS]: 76 }, 'error'],
    ['ensure_cancelling_timeout_checks', { [CANCELLING]: 340 }, 'healthy'],
    ['ensure_cancelling_timeout_checks', { [CANCELLING]: 341 }, 'degraded'],
    ['ensure_cancelling_timeout_checks', { [CANCELLING]: 401 }, 'error'],
    ['schedule_deployments', owing(SCHEDULER, 'schedule_deployments', 121), 'degraded'],
    ['schedule_deployments', owing(SCHEDULER, 'schedule_deployments', 301), 'error'],
    ['schedule_recent_deployments', owing(SCHEDULER, 'schedule_recent_deployments', 26), 'error'],
    ['schedule_recent_deployments', owing(SCHEDULER, 'schedule_deployments', 26), 'healthy'],
    ['monitor_expired_pauses', owing(CLEAN_UP, 'monitor_expired_pauses', 11), 'degraded'],
    ['monitor_cancelled_flow_runs', owing(CLEAN_UP, 'monitor_cancelled_flow_runs', 101), 'error'],
    ['monitor_subflow_runs', owing(CLEAN_UP, 'monitor_subflow_runs', 41), 'degraded'],
    ['EventPersister', owing(RECORDING, 'EventPersister', 30), 'healthy'],
    ['EventPersister', owing(RECORDING, 'EventPersister', 31), 'degraded'],
    ['EventPersister', owing(RECORDING, 'EventPersister', 61), 'error'],
    ['TaskRunRecorder', owing(RECORDING, 'TaskRunRecorder', 61), 'error'],
  ])('judges %s, where %j, to be %s', (service, now, status) => {
    expect(statusOf(service, now)).toBe(status);
  });

  it('is judged by what its server was set to', () => {
    const patient = factsOf({
      ...SETTINGS,
      docket: { backend: 'memory', name: 'x' },
      messaging: 'memory',
      late_after_seconds: 600,
      cancelling_timeout_seconds: 30,
    });
    expect(statusOf('monitor_late_runs', { [LATE]: 609 }, patient)).toBe('healthy');
    expect(statusOf('ensure_cancelling_timeout_checks', { [CANCELLING]: 340 }, patient)).toBe('error');
  });

  it('counts events as kept too long by whichever of their two dates is younger', () => {
    const kept = (byDate: number, byInsert: number) =>
      statusOf('schedule_event_vacuum_tasks', {
        'postgres.events.oldest_age_seconds': byDate,
        'postgres.events.oldest_insert_age_seconds': byInsert,
      });
    const tooOld = 604_800 + 6 * 3600;
    expect(kept(tooOld, 60)).toBe('healthy');
    expect(kept(60, tooOld)).toBe('healthy');
    expect(kept(tooOld, tooOld)).toBe('error');
    expect(kept(604_800 + 3 * 3600, tooOld)).toBe('degraded');
  });

  it('that schedules is in error when no schedule has a run to come', () => {
    const horizon = (without: number, scheduled: number) =>
      statusOf('schedule_deployments', {
        'postgres.deployments.without_future_run': without,
        'postgres.deployments.scheduled': scheduled,
      });
    expect(horizon(3, 3)).toBe('error');
    expect(horizon(3, 4)).toBe('healthy');
    expect(horizon(1, 1)).toBe('healthy');
  });

  it('says what it did and when, in the words of the proposal', () => {
    const now = {
      ...owing('postgres.service.done', 'monitor_worker_health', 3),
      'postgres.service.done_age_seconds': { monitor_worker_health: 20 },
      [WORKERS]: 4.04,
    };
    expect(serviceIn(look(now), 'monitor_worker_health')).toEqual({
      name: 'monitor_worker_health',
      status: 'healthy',
      last_heartbeat: at(40),
      last_duration_ms: null,
      expected_interval_seconds: 15,
      details: {
        workers_marked_offline: 3,
        counted_over_seconds: 300,
        work_overdue_seconds: 4,
        source: 'database effects',
      },
      error: null,
    });
  });

  it('is unknown, with the reason, where its tables could not be read', () => {
    const entry = serviceIn(look({ [SCHEDULER]: 'timeout' }), 'schedule_deployments');
    expect(entry).toMatchObject({ status: 'unknown', details: { unknown: 'timeout' } });
  });

  it('is unknown when it would be seen by what another does not do either', () => {
    const now = owing(RECORDING, 'EventPersister', 90);
    expect(statusOf('EventPersister', now)).toBe('error');
    expect(statusOf('TaskRunRecorder', now)).toBe('unknown');
    expect(statusOf('TaskRunRecorder', owing(RECORDING, 'EventPersister', 6))).toBe('healthy');
  });

  it('is listed by what it owes where the server could not be asked', () => {
    const { services } = look({}, {});
    expect(services.perpetual.map((s) => s.name)).toContain('monitor_late_runs');
    expect(services.perpetual.map((s) => s.name)).not.toContain('monitor_expired_leases');
  });
});

describe('a background service that a Redis shows', () => {
  const OVER_REDIS = factsOf();

  it('is judged by its runs, and says what it did all the same', () => {
    const now = { ...owing('postgres.service.done', 'monitor_late_runs', 7), [LATE]: 100 };
    const entry = serviceIn(look(now, OVER_REDIS, {}), 'monitor_late_runs');
    expect(entry).toMatchObject({
      status: 'healthy',
      details: { source: 'redis', late_runs_marked: 7, work_overdue_seconds: 85, workers: 1 },
    });
  });

  it('is judged by what it owes while its Redis does not answer', () => {
    const monitor = new Monitor(installation({ redis: [REDIS] }));
    const { snapshot } = monitor.look(
      0,
      healthy('postgres/orion', { ...NOTHING_OWED, [LATE]: 100 }),
      healthy('prefect/server', {}, { facts: OVER_REDIS }),
    );
    expect(serviceIn(snapshot, 'monitor_late_runs')).toMatchObject({
      status: 'error',
      details: { source: 'database effects' },
    });
    expect(snapshot.services.unknown?.reason).toBeDefined();
  });

  const given = (seconds: number) => but('redis.consumer.newest_given_seconds', 'event-persister', seconds);
  const newest = (seconds: number) => ({
    ...owing('postgres.recording.newest_age_seconds', 'EventPersister', seconds),
  });

  it.each<readonly [why: string, now: Values, redis: Values, status: string]>([
    ['that is quiet', newest(4000), given(4000), 'healthy'],
    ['that wrote what it was given', newest(90), given(95), 'healthy'],
    ['whose clocks differ a little', newest(95), given(90), 'healthy'],
    ['that was given more and writes none of it', newest(600), given(61), 'error'],
    ['that was just given something after a silence', newest(600), given(3), 'healthy'],
    ['that lost a message long ago', newest(9000), given(4000), 'healthy'],
    ['whose rows stay away while runs go on', owing(RECORDING, 'EventPersister', 61), given(9000), 'error'],
  ])('judges a persister %s, however often it asks for more', (_, now, redis, status) => {
    const entry = serviceIn(look(now, OVER_REDIS, redis), 'EventPersister');
    expect(entry).toMatchObject({ status, details: { source: 'redis and database effects' } });
    expect(Number(entry?.details.idle_seconds)).toBeLessThan(5);
  });

  it('does not judge the recorder by messages, most of which are none of its business', () => {
    const redis = but('redis.consumer.newest_given_seconds', 'task-run-recorder', 61);
    expect(statusOf('TaskRunRecorder', {}, OVER_REDIS, redis)).toBe('healthy');
  });
});
