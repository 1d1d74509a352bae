import { describe, expect, it } from 'vitest';
import { exposition, lookAt, readyz } from '../probe/kubernetes/watching.ts';
import { movedTo, servedCluster } from './kubernetes-watch.ts';

const { api, assessed, findingOf, monitorOf } = servedCluster();

describe('a cluster that is well', () => {
  it('has no findings, is healthy, and stands in the snapshot', async () => {
    const { snapshot } = await assessed();
    expect(snapshot.findings).toEqual([]);
    expect(snapshot.status).toBe('healthy');
    expect(snapshot.kubernetes).toMatchObject({
      status: 'healthy',
      clusters: [
        {
          name: 'cluster',
          target: 'kubernetes/cluster',
          version: '1.33.1-eks-1fbb135',
          ready: true,
          etcd_ready: true,
          nodes: 3,
          nodes_not_ready: 0,
          workloads: 2,
          workloads_not_ready: 0,
        },
      ],
    });
  });

  it('is unknown once nothing more is heard of it', async () => {
    const monitor = monitorOf();
    monitor.look(0, movedTo(0, await lookAt(api())));
    const { kubernetes } = monitor.look(600).snapshot;
    expect(kubernetes.status).toBe('unknown');
    expect(kubernetes.clusters).toMatchObject([
      { status: 'unknown', unknown: { reason: 'stale' }, nodes: null },
    ]);
  });
});

describe('the control plane', () => {
  it('that says that it is dead is kubernetes-api-down', async () => {
    api().text('/livez', 'livez check failed', 500);
    expect(await findingOf('kubernetes-api-down')).toMatchObject({ severity: 'critical', status: 'error' });
  });

  it('that reaches no etcd is etcd-unhealthy, with the checks that fail', async () => {
    api().text('/readyz', readyz(['etcd', 'etcd-readiness']), 500);
    const found = await findingOf('etcd-unhealthy');
    expect(found?.severity).toBe('critical');
    expect(found?.texts).toContain('checks that fail: etcd, etcd-readiness');
  });

  it.each([
    [499, undefined],
    [500, 'warning'],
    [2_000, 'critical'],
  ])('that takes %d ms for what it has in memory is kubernetes-api-slow: %s', async (ms, severity) => {
    const report = movedTo(0, await lookAt(api()));
    const slow = report.readings.map((r) => (r.signal === 'kubernetes.api_ms' ? { ...r, value: ms } : r));
    const { snapshot } = monitorOf().look(0, { ...report, readings: slow });
    expect(snapshot.findings.find((f) => f.id === 'kubernetes-api-slow')?.severity).toBe(severity);
  });
});

describe('what the control plane counts', () => {
  const QUARTER = 15 * 60;
  async function between(before: string, after: string) {
    const monitor = monitorOf();
    api().text('/metrics', before);
    monitor.look(
      0,
      movedTo(0, await lookAt(api())),
      movedTo(0, await lookAt(api(), { tier: 'quarter-hour' })),
    );
    api().text('/metrics', after);
    const [minute, quarter] = [await lookAt(api()), await lookAt(api(), { tier: 'quarter-hour' })];
    const { snapshot } = monitor.look(QUARTER, movedTo(QUARTER, minute), movedTo(QUARTER, quarter));
    const readings = snapshot.monitor.targets.flatMap((t) => t.readings ?? []);
    const of = (signal: string) => readings.filter((r) => r.signal === signal);
    return { snapshot, of };
  }

  it('is told as percentiles by verb, the share of errors, and how long etcd took', async () => {
    const { of, snapshot } = await between(
      exposition({ quick: 1_000 }),
      exposition({ quick: 1_900, slow: 100, failed: 20 }),
    );
    const [p99, ...others] = of('kubernetes.request.duration.p99_ms');
    expect(others).toEqual([]);
    expect(p99?.labels?.verb).toBe('GET');
    expect(p99?.value).toBeCloseTo(1_900);
    expect(of('kubernetes.request.duration.p50_ms')[0]?.value).toBeLessThan(50);
    expect(of('kubernetes.etcd.request.duration.p99_ms')[0]?.value).toBeCloseTo(1_900);
    expect(of('kubernetes.requests.failed_percent')[0]?.value).toBeCloseTo((100 * 20) / 1_020);
    expect(of('kubernetes.requests.in_flight')[0]?.value).toBe(7);
    const slow = snapshot.findings.find((f) => f.id === 'kubernetes-api-slow');
    expect(slow?.severity).toBe('warning');
    expect(slow?.evidence.at(-1)?.text).toBe('99 % of GET were answered within 1900 ms');
  });

  it('is not compared with what another API server behind the same address counted', async () => {
    const { of } = await between(exposition({ quick: 10 }), exposition({ quick: 90_000, started: 1.6e9 }));
    expect(of('kubernetes.request.duration.p99_ms').map((r) => r.unknown?.reason)).toEqual([
      'needs-two-probes',
    ]);
    expect(of('kubernetes.requests.failed_percent').map((r) => r.unknown?.reason)).toEqual([
      'needs-two-probes',
    ]);
  });
});
