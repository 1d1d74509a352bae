import { describe, expect, it } from 'vitest';
import type { Facts } from '../../lib/model/report.ts';
import { healthy, installation, Monitor, report, type Values } from './builders.ts';

/** What a first look finds of one kind, by what the quarter-hourly report of the database says. */
function found(id: string, values: Values, facts: Facts = {}) {
  const { findings } = new Monitor().look(
    0,
    healthy('postgres/orion'),
    report('postgres/orion', values, { tier: 'quarter-hour', facts }),
  ).snapshot;
  return findings.find((f) => f.id === id);
}

const SHORT = 'postgres.deployments.polling_short_percent';
const BURST = 'postgres.work_pools.busiest_minute_runs';
const DEPLOYMENTS = 'postgres.work_pools.most_deployments_on_kubernetes';
const IDLE = 'postgres.work_pools.serverless_idle_seconds';
const LOAD = 'postgres.workers.busiest_times_others';

const burst = (runs: number, usual_per_minute: number): Facts => ({
  work_pool_bursts: [{ pool: 'events', type: 'kubernetes', runs, mean_wait_seconds: 40, usual_per_minute }],
});
const pool = (alive: number, lost: number): Facts => ({
  kubernetes_pools: [{ pool: 'big', type: 'kubernetes', deployments: 3500, alive, lost }],
});

/** One row: the finding, its signal, the value and the facts beside it, and the severity expected of it. */
const ROWS = [
  ['polling-overhead', SHORT, 89.9, {}, undefined],
  ['polling-overhead', SHORT, 90, {}, 'warning'],
  ['polling-overhead', SHORT, 90.1, {}, 'warning'],
  ['push-pool-fits', BURST, 49, burst(49, 1), undefined],
  ['push-pool-fits', BURST, 50, burst(50, 1), 'info'],
  ['push-pool-fits', BURST, 51, burst(51, 1), 'info'],
  ['push-pool-fits', BURST, 60, burst(60, 6), 'info'],
  ['push-pool-fits', BURST, 60, burst(60, 6.1), undefined],
  ['worker-overload-deployments', DEPLOYMENTS, 3499, pool(0, 2), undefined],
  ['worker-overload-deployments', DEPLOYMENTS, 3500, pool(0, 0), 'critical'],
  ['worker-overload-deployments', DEPLOYMENTS, 3501, pool(1, 2), 'critical'],
  ['worker-overload-deployments', DEPLOYMENTS, 3501, pool(1, 1), 'info'],
  ['idle-serverless-worker', IDLE, 93_599, {}, undefined],
  ['idle-serverless-worker', IDLE, 93_600, {}, 'warning'],
  ['idle-serverless-worker', IDLE, 93_601, {}, 'warning'],
  ['worker-imbalance', LOAD, 3.9, {}, undefined],
  ['worker-imbalance', LOAD, 4, {}, 'warning'],
  ['worker-imbalance', LOAD, 4.1, {}, 'warning'],
] as const satisfies readonly (readonly [string, string, number, Facts, string | undefined])[];

describe('a finding about how Prefect is used', () => {
  it.each(ROWS)('%s, where %s is %d beside %o, is judged %s', (id, signal, value, facts, severity) => {
    expect(found(id, { [signal]: value }, facts)?.severity).toBe(severity);
  });

  it.each([
    ['polling-overhead', SHORT, 95, 85, 79.9],
    ['idle-serverless-worker', IDLE, 100_000, 90_000, 86_399],
    ['worker-imbalance', LOAD, 5, 3.5, 2.9],
  ] as const)('%s, once %s was %d, is held at %d and let go at %d', (id, signal, high, between, low) => {
    const monitor = new Monitor();
    const standsAt = (seconds: number, value: number) =>
      monitor
        .look(
          seconds,
          healthy('postgres/orion', {}, { at: seconds }),
          report('postgres/orion', { [signal]: value }, { tier: 'quarter-hour', at: seconds }),
        )
        .snapshot.findings.some((f) => f.id === id);
    expect([standsAt(0, high), standsAt(900, between), standsAt(1800, low)]).toEqual([true, true, false]);
  });

  it.each([
    ['big-worker-7', 'critical'],
    ['prefect-server-1', 'info'],
  ] as const)('is critical by the cluster when what crashes is a worker: %s is %s', (name, severity) => {
    const crash_looping = [{ namespace: 'prefect', pod: name, container: 'prefect', restarts: 9 }];
    const monitor = new Monitor(
      installation({ kubernetes: [{ access: { from: 'kubeconfig', file: 'cluster.yaml' } }] }),
    );
    const { findings } = monitor.look(
      0,
      report('kubernetes/cluster', { 'kubernetes.up': 1 }, { facts: { crash_looping } }),
      healthy('postgres/orion'),
      report('postgres/orion', { [DEPLOYMENTS]: 3600 }, { tier: 'quarter-hour', facts: pool(1, 0) }),
    ).snapshot;
    expect(findings.find((f) => f.id === 'worker-overload-deployments')?.severity).toBe(severity);
  });
});
