import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InstallationConfig } from '../../lib/config/schema.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { stateFolder } from '../../local/parts/places.ts';
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
const EVERY_FIVE_SECONDS = 'monitor_late_runs';
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
  sample = await startSample(supervisor, await pythonEnvironment(supervisor, () => {}), 'test/services');
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
    const late = serviceIn(snapshot, EVERY_FIVE_SECONDS);
    expect(late?.expected_interval_seconds).toBe(5);
    expect(Date.now() - Date.parse(late?.last_heartbeat ?? '')).toBeLessThan(30_000);
    expect(late?.details).toMatchObject({ workers: 1, running_seconds: expect.any(Number) });
    expect(serviceIn(snapshot, 'schedule_deployments')?.expected_interval_seconds).toBe(60);
    expect(serviceIn(snapshot, 'schedule_event_vacuum_tasks')?.expected_interval_seconds).toBe(3600);
    expect(JSON.stringify(snapshot)).not.toContain(sample.valkey.password);
  });

  it('run a minute without any finding worse than information', async () => {
    let runs = 0;
    const worse = new Set<string>();
    await seen((snapshot) => {
      for (const f of snapshot.findings) if (f.severity !== 'info') worse.add(`${f.id}@${f.target}`);
      runs += Number(serviceIn(snapshot, EVERY_FIVE_SECONDS)?.details.runs_since_last_probe ?? 0);
      expect(runs).toBeGreaterThanOrEqual(12);
    }, 110);
    expect([...worse]).toEqual([]);
  });

  it('are found when they are frozen, although the worker of the API goes on', {
    timeout: 240_000,
  }, async () => {
    signalGroup(sample.prefect.services.pid, 'SIGSTOP');
    try {
      const order: string[] = [];
      const snapshot = await seen((s) => {
        const status = serviceIn(s, EVERY_FIVE_SECONDS)?.status ?? 'none';
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

  it('leave dead letters that are counted', async () => {
    await watcher.look();
    const member = `dlq:${randomUUID().replaceAll('-', '')}`;
    await redis.hset(member, 'data', '{"event": "poisoned"}');
    await redis.sadd('dlq', member);
    const snapshot = await watcher.look();
    expect(findingIn(snapshot, 'dead-letters-growing')?.evidence[0]?.text).toMatch(
      /^1 dead letters, .* a minute$/,
    );
    expect(findingIn(await watcher.look(), 'dead-letters-growing')).toBeUndefined();
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
      const service = serviceIn(s, EVERY_FIVE_SECONDS);
      const age = (Date.parse(s.observed_at) - Date.parse(service?.last_heartbeat ?? '')) / 1000;
      if (service !== undefined && !judged.has(service.status)) judged.set(service.status, age);
      expect(service?.status).toBe('error');
      expect(findingIn(s, 'docket-no-live-worker')).toBeDefined();
      return s;
    }, 60);
    expect(judged.get('degraded')).toBeGreaterThan(10);
    expect(judged.get('error')).toBeGreaterThan(25);
    expect(snapshot.docket.status).toBe('error');
    expect(serviceIn(snapshot, EVERY_FIVE_SECONDS)?.details.runs_since_last_probe).toBe(0);
    expect(Number(serviceIn(snapshot, EVERY_FIVE_SECONDS)?.details.overdue_seconds)).toBeGreaterThan(20);
  });
});
