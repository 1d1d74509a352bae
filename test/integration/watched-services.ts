import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { expect, vi } from 'vitest';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { stateFolder } from '../../local/parts/places.ts';
import { signalGroup } from '../../local/parts/process.ts';
import { pythonEnvironment } from '../../local/parts/python.ts';
import { Supervisor } from '../../local/parts/supervisor.ts';
import { attentively, type Sample, sampleConfig, startSample } from '../../local/sample.ts';
import { Watcher } from './watcher.ts';

/** Those that a server of this release runs unless told otherwise; the sample sends no telemetry. */
export const PERPETUAL = [
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
export const CONSUMERS = ['EventPersister', 'TaskRunRecorder', 'ReactiveTriggers', 'Actions'];
/** Intervals so short that whatever is judged by them is judged soon: the product reads them from the server's settings. */
export const SERVICES = 'PREFECT_SERVER_SERVICES';
const SETTINGS = {
  [`${SERVICES}_SCHEDULER_LOOP_SECONDS`]: '10',
  [`${SERVICES}_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS`]: '3',
  [`${SERVICES}_LATE_RUNS_LOOP_SECONDS`]: '2',
  [`${SERVICES}_PAUSE_EXPIRATIONS_LOOP_SECONDS`]: '3',
  [`${SERVICES}_FOREMAN_LOOP_SECONDS`]: '5',
  [`${SERVICES}_REPOSSESSOR_LOOP_SECONDS`]: '5',
  [`${SERVICES}_CANCELLATION_CLEANUP_LOOP_SECONDS`]: '5',
  [`${SERVICES}_CLEANUP_RECONCILER_LOOP_SECONDS`]: '3',
  [`${SERVICES}_DB_VACUUM_LOOP_SECONDS`]: '10',
};
export const EVERY_TWO_SECONDS = 'monitor_late_runs';
/** So many messages are told as a lag here. */
export const LAG = 10;

export const statusesIn = ({ services: { perpetual, consumer } }: Snapshot) =>
  Object.fromEntries([...perpetual, ...consumer].map((s) => [s.name, s.status]));
export const ALL_HEALTHY = Object.fromEntries([...PERPETUAL, ...CONSUMERS].map((name) => [name, 'healthy']));

/** An installation of one test file's own, for it is frozen, emptied and killed. */
export class WatchedServices {
  readonly sample: Sample;
  readonly redis: Redis;
  readonly watcher: Watcher;
  readonly #supervisor: Supervisor;

  private constructor(supervisor: Supervisor, sample: Sample, watcher: Watcher) {
    this.#supervisor = supervisor;
    this.sample = sample;
    this.watcher = watcher;
    const { host, port, password } = sample.valkey;
    this.redis = new Redis({ host, port, password });
  }

  static async start(): Promise<WatchedServices> {
    const supervisor = new Supervisor(stateFolder('test', 'services', 'logs'));
    try {
      const python = await pythonEnvironment(supervisor, () => {});
      const sample = await startSample(supervisor, python, 'test/services', SETTINGS);
      process.env.SERVICES_POSTGRES_PASSWORD = sample.prefect.database.monitor.password;
      process.env.SERVICES_REDIS_PASSWORD = sample.valkey.password;
      const [installation] = sampleConfig(sample, {
        postgres: { from: 'environment', variable: 'SERVICES_POSTGRES_PASSWORD' },
        valkey: { from: 'environment', variable: 'SERVICES_REDIS_PASSWORD' },
      }).installations;
      if (installation === undefined) throw new Error('the configuration has no installation');
      const watcher = new Watcher({
        ...attentively(installation),
        findings: { 'consumer-lagging': { warning: LAG } },
      });
      return new WatchedServices(supervisor, sample, watcher);
    } catch (error) {
      await supervisor.stopAll();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    this.signal('SIGCONT');
    await this.#supervisor.stopAll();
  }

  /** Sends a signal to the process of the background services. */
  signal(name: NodeJS.Signals): void {
    signalGroup(this.sample.prefect.services.pid, name);
  }

  /** Looks again and again until what is seen is as expected. */
  seen<T>(expectation: (snapshot: Snapshot) => T, withinSeconds: number): Promise<T> {
    return vi.waitFor(async () => expectation(await this.watcher.look()), {
      timeout: withinSeconds * 1000,
      interval: 1000,
    });
  }

  /** Hands events to the API, which publishes them for the consumers. */
  async emit(count: number): Promise<void> {
    const answer = await fetch(`${this.sample.prefect.apiUrl}/events`, {
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
    expect(answer.status).toBe(204);
  }
}
