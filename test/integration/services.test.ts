import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InstallationConfig } from '../../lib/config/schema.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { stateFolder } from '../../local/parts/places.ts';
import { withSession } from '../../local/parts/postgres.ts';
import { signalGroup } from '../../local/parts/process.ts';
import { pythonEnvironment } from '../../local/parts/python.ts';
import { Supervisor } from '../../local/parts/supervisor.ts';
import { type Sample, sampleConfig, startSample } from '../../local/sample.ts';
import { findingIn, serviceIn, Watcher } from './watcher.ts';

/** An installation of this file's own, for it is frozen, emptied and killed here: in this order. */
const supervisor = new Supervisor(stateFolder('test', 'services', 'logs'));
let sample: Sample;
let redis: Redis;
let watcher: Watcher;

/** Those that a server of this release runs unless told otherwise; the sample sends no telemetry. */
const PERPETUAL = [
  'schedule_deployments',
  'schedule_recent_deployments',
  'monitor_late_runs',
  'monitor_expired_pauses',
  'monitor_worker_health',
  'monitor_expired_leases',
  'ensure_cancelling_timeout_checks',
  'monitor_cancelled_flow_runs',
  'monitor_subflow_runs',
  'reconcile_cleanup_delivery',
  'schedule_event_vacuum_tasks',
  'evaluate_proactive_triggers_periodic',
];
const CONSUMERS = ['EventPersister', 'TaskRunRecorder', 'ReactiveTriggers', 'Actions'];
/** Intervals so short that whatever is judged by them is judged soon: the product reads them from the server's settings. */
const SERVICES = 'PREFECT_SERVER_SERVICES';
const SETTINGS = {
  [`${SERVICES}_SCHEDULER_LOOP_SECONDS`]: '10',
  [`${SERVICES}_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS`]: '3',
  [`${SERVICES}_LATE_RUNS_LOOP_SECONDS`]: '2',
  [`${SERVICES}_PAUSE_EXPIRATIONS_LOOP_SECONDS`]: '3',
  [`${SERVICES}_FOREMAN_LOOP_SECONDS`]: '5',
  [`${SERVICES}_REPOSSESSOR_LOOP_SECONDS`]: '5',
  [`${SERVICES}_CANCELLATION_CLEANUP_LOOP_SECONDS`]: '5',
  [`${SERVICES}_CLEANUP_RECONCILER_LOOP_SECONDS`]: '3',
};
const EVERY_TWO_SECONDS = 'monitor_late_runs';
const LAG = 10;

/** Looks again and again until what is seen is as expected. */
const seen = <T>(expectation: (snapshot: Snapshot) => T, withinSeconds: number): Promise<T> =>
  vi.waitFor(async () => expectation(await watcher.look()), {
    timeout: withinSeconds * 1000,
    interval: 1000,
  });

const statuses = ({ services: { perpetual, consumer } }: Snapshot) =>
  Object.fromEntries([...perpetual, ...consumer].map((s) => [s.name, s.status]));
const ALL_HEALTHY = Object.fromEntries([...PERPETUAL, ...CONSUMERS].map((name) => [name, 'healthy']));

const emit = (count: number) =>
  fetch(`${sample.prefect.apiUrl}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(
      Array.from({ length: count }, (_, index) => ({
        id: randomUUID(),
        occurred: new Date().toISOString(),
        event: 'vitals.test',
        resource: { 'prefect.resource.id': `vitals.test.${index}` },
      })),
    ),
  });

beforeAll(async () => {
  const python = await pythonEnvironment(supervisor, () => {});
  sample = await startSample(supervisor, python, 'test/services', SETTINGS);
  process.env.SERVICES_POSTGRES_PASSWORD = sample.prefect.database.monitor.password;
  process.env.SERVICES_REDIS_PASSWORD = sample.valkey.password;
  const [installation] = sampleConfig(sample, {
    postgres: { from: 'environment', variable: 'SERVICES_POSTGRES_PASSWORD' },
    valkey: { from: 'environment', variable: 'SERVICES_REDIS_PASSWORD' },
  }).installations;
  const findings = { 'consumer-lagging': { warning: LAG } };
  watcher = new Watcher({ ...(installation as InstallationConfig), findings });
  const { host, port, password } = sample.valkey;
  redis = new Redis({ host, port, password });
});
afterAll(async () => {
  redis?.disconnect();
  if (sample !== undefined) signalGroup(sample.prefect.services.pid, 'SIGCONT');
  await supervisor.stopAll();
});

describe('the background services of a real Prefect', () => {
  it('are all healthy, as the settings of the server say they should be', async () => {
    const snapshot = await seen((s) => {
      expect(statuses(s)).toEqual(ALL_HEALTHY);
      return s;
    }, 90);
    expect(snapshot.docket).toMatchObject({ status: 'healthy', backend: 'redis' });
    expect(snapshot.docket.pending_tasks).toBeLessThan(20);
    expect(snapshot.services).not.toHaveProperty('unknown');
    const late = serviceIn(snapshot, EVERY_TWO_SECONDS);
    expect(late?.expected_interval_seconds).toBe(2);
    expect(Date.now() - Date.parse(late?.last_heartbeat ?? '')).toBeLessThan(30_000);
    expect(late?.details).toMatchObject({ workers: 1, running_seconds: expect.any(Number), source: 'redis' });
    expect(late?.details).toMatchObject({ late_runs_marked: 0, work_overdue_seconds: 0 });
    expect(serviceIn(snapshot, 'EventPersister')?.details.source).toBe('redis and database effects');
    expect(serviceIn(snapshot, 'schedule_deployments')?.expected_interval_seconds).toBe(10);
    expect(serviceIn(snapshot, 'schedule_event_vacuum_tasks')?.expected_interval_seconds).toBe(3600);
    expect(JSON.stringify(snapshot)).not.toContain(sample.valkey.password);
  });

  it('run on without any finding worse than information', async () => {
    let runs = 0;
    const worse = new Set<string>();
    await seen((snapshot) => {
      for (const f of snapshot.findings) if (f.severity !== 'info') worse.add(`${f.id}@${f.target}`);
      runs += Number(serviceIn(snapshot, EVERY_TWO_SECONDS)?.details.runs_since_last_probe ?? 0);
      expect(runs).toBeGreaterThanOrEqual(12);
    }, 60);
    expect([...worse]).toEqual([]);
  });

  it('are found when they are frozen, although the worker of the API goes on', {
    timeout: 240_000,
  }, async () => {
    signalGroup(sample.prefect.services.pid, 'SIGSTOP');
    try {
      const order: string[] = [];
      const snapshot = await seen((s) => {
        const status = serviceIn(s, EVERY_TWO_SECONDS)?.status ?? 'none';
        if (order.at(-1) !== status) order.push(status);
        expect(status).toBe('error');
        expect(findingIn(s, 'docket-no-live-worker')).toBeDefined();
        return s;
      }, 60);
      expect(order.join(' ')).toMatch(/^(healthy )?degraded error$/);
      expect(findingIn(snapshot, 'docket-no-live-worker')?.evidence.map((e) => e.text)).toEqual([
        expect.stringMatching(/^docket prefect: the newest heartbeat is \d+ s old$/),
      ]);
      expect(findingIn(snapshot, 'perpetual-stopped')?.evidence.map((e) => e.text)).toContainEqual(
        expect.stringMatching(/^monitor_late_runs \(marks runs late\) last began \d+ s ago/),
      );
      expect(findingIn(snapshot, 'perpetual-stopped')?.caused_by).toBe('docket-no-live-worker@redis/main');
      expect(snapshot.root_cause?.finding).toBe('docket-no-live-worker');

      expect((await emit(2 * LAG)).status).toBe(204);
      const behind = await seen((s) => {
        expect(findingIn(s, 'consumer-lagging')?.evidence.length).toBeGreaterThanOrEqual(3);
        return s;
      }, 30);
      expect(Number(serviceIn(behind, 'EventPersister')?.details.lag)).toBeGreaterThanOrEqual(2 * LAG);
      await seen((s) => {
        expect(findingIn(s, 'consumer-silent')?.severity).toBe('critical');
        expect(serviceIn(s, 'EventPersister')?.status).toBe('error');
        expect(serviceIn(s, 'Actions')?.status).toBe('healthy');
      }, 100);
    } finally {
      signalGroup(sample.prefect.services.pid, 'SIGCONT');
    }
    await seen((s) => {
      expect(statuses(s)).toEqual(ALL_HEALTHY);
      // The sample's docket has a password, which the API shows: a hint, and no trouble.
      expect(s.findings.filter((f) => f.severity !== 'info')).toEqual([]);
    }, 60);
  });

  it('are found when they take messages, confirm them and write nothing', { timeout: 240_000 }, async () => {
    const { owner, name } = sample.prefect.database;
    await withSession(sample.postgres, owner, name, async (session) => {
      await session.query('BEGIN; LOCK TABLE events IN EXCLUSIVE MODE');
      const rowAge = (s: Snapshot) => Number(serviceIn(s, 'EventPersister')?.details.newest_row_seconds);
      await seen((s) => expect(rowAge(s)).toBeGreaterThan(10), 60);
      expect((await emit(1)).status).toBe(204);
      const persister = await seen((s) => {
        expect(findingIn(s, 'events-not-recorded')?.severity).toBe('critical');
        expect(serviceIn(s, 'EventPersister')?.status).toBe('error');
        return serviceIn(s, 'EventPersister');
      }, 150);
      expect(persister?.details.lag).toBe(0);
      expect(Number(persister?.details.idle_seconds)).toBeLessThan(10);
      await session.query('ROLLBACK');
    });
    expect((await emit(1)).status).toBe(204);
    await seen((s) => {
      expect(serviceIn(s, 'EventPersister')?.status).toBe('healthy');
      expect(findingIn(s, 'events-not-recorded')).toBeUndefined();
    }, 60);
  });

  it('give up a message that none of them can read, which is told when it becomes a dead letter', async () => {
    await redis.xadd('events', '*', 'data', '{"poisoned": true}', 'attributes', '{}');
    const snapshot = await seen((s) => {
      expect(findingIn(s, 'dead-letters-growing')).toBeDefined();
      return s;
    }, 60);
    expect(findingIn(snapshot, 'dead-letters-growing')?.evidence[0]?.text).toMatch(
      /^\d dead letters, .* a minute$/,
    );
    await seen((s) => expect(s.findings.filter((f) => f.severity !== 'info')).toEqual([]), 30);
  });

  it('are missing from a Redis that lost its data, until docket puts them back', async () => {
    await redis.flushall();
    const emptied = await watcher.look();
    expect(findingIn(emptied, 'perpetual-missing')?.evidence.length).toBeGreaterThan(0);
    expect(statuses(emptied)).toMatchObject({ schedule_event_vacuum_tasks: 'error' });
    await seen((s) => {
      expect(findingIn(s, 'perpetual-missing')).toBeUndefined();
      expect(s.services.perpetual.map((p) => p.status)).toEqual(PERPETUAL.map(() => 'healthy'));
    }, 100);
  });

  it('are found when their process is killed: degraded past two intervals, in error past five', async () => {
    signalGroup(sample.prefect.services.pid, 'SIGKILL');
    const judged = new Map<string, number>();
    const snapshot = await seen((s) => {
      const service = serviceIn(s, EVERY_TWO_SECONDS);
      const age = (Date.parse(s.observed_at) - Date.parse(service?.last_heartbeat ?? '')) / 1000;
      if (service !== undefined && !judged.has(service.status)) judged.set(service.status, age);
      expect(service?.status).toBe('error');
      expect(findingIn(s, 'docket-no-live-worker')).toBeDefined();
      return s;
    }, 60);
    expect(judged.get('degraded')).toBeGreaterThan(4);
    expect(judged.get('error')).toBeGreaterThan(10);
    expect(snapshot.docket.status).toBe('error');
    expect(serviceIn(snapshot, EVERY_TWO_SECONDS)?.details.runs_since_last_probe).toBe(0);
    expect(Number(serviceIn(snapshot, EVERY_TWO_SECONDS)?.details.overdue_seconds)).toBeGreaterThan(8);
  });

  it('are told apart: of one consumer that stands still the lag is found, of the others none', async () => {
    await sample.prefect.startServices({ [`${SERVICES}_TASK_RUN_RECORDER_ENABLED`]: 'false' });
    expect((await emit(2 * LAG)).status).toBe(204);
    const snapshot = await seen((s) => {
      expect(Number(serviceIn(s, 'TaskRunRecorder')?.details.lag)).toBeGreaterThanOrEqual(2 * LAG);
      expect(serviceIn(s, 'EventPersister')).toMatchObject({ status: 'healthy', details: { lag: 0 } });
      return s;
    }, 60);
    expect(findingIn(snapshot, 'consumer-lagging')?.evidence.map((e) => e.text)).toEqual([
      expect.stringContaining('TaskRunRecorder'),
    ]);
  });
});
