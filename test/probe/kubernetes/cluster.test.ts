import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { KubernetesApi } from '../../parts/kubernetes-api.ts';
import { node, nodeMetrics, pod, workload } from '../../parts/kubernetes-objects.ts';
import { AWS_KEYS, lookAt, PATHS, readyz, saidOf, serve, serveHealthy } from './watching.ts';

let api: KubernetesApi;

beforeAll(async () => {
  for (const [name, value] of Object.entries(AWS_KEYS)) vi.stubEnv(name, value);
  api = await KubernetesApi.start();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await api.close();
});
beforeEach(() => serveHealthy(api));
afterEach(() => expect(api.strange).toEqual([]));

describe('a look at a cluster', () => {
  it('reads a healthy one whole', async () => {
    const report = await lookAt(api);
    expect(report.errors).toEqual([]);
    const unread = report.readings.filter((r) => r.value === null).map((r) => r.signal);
    expect(unread).toEqual(['kubernetes.service.up', 'kubernetes.service.metrics_ms']);
    expect(saidOf(report, 'kubernetes.up')).toBe(1);
    expect(saidOf(report, 'kubernetes.ready')).toBe(1);
    expect(saidOf(report, 'kubernetes.etcd.ready')).toBe(1);
    expect(saidOf(report, 'kubernetes.nodes')).toBe(3);
    expect(saidOf(report, 'kubernetes.nodes.cpu.highest_percent')).toBeCloseTo(10);
    expect(saidOf(report, 'kubernetes.nodes.memory.used_percent')).toBeCloseTo(25);
    expect(saidOf(report, 'kubernetes.pods')).toBe(3);
    expect(saidOf(report, 'kubernetes.workload.ready')).toEqual({
      'prefect/server': 2,
      'prefect/scheduler': 1,
    });
    expect(saidOf(report, 'kubernetes.singleton.replicas')).toEqual({ 'prefect/scheduler': 1 });
    expect(saidOf(report, 'kubernetes.istio.gateway.addresses')).toBe(1);
    expect(report.facts.version).toBe('1.33.1-eks-1fbb135');
    expect(report.facts.workloads).toContainEqual(expect.objectContaining({ images: ['server:3.8.8'] }));
  });

  it('lists what several collectors read once, from the cache, and no pods that succeeded', async () => {
    await lookAt(api);
    const pods = api.requests.filter((url) => url.pathname === PATHS.pods);
    expect(pods.map((url) => Object.fromEntries(url.searchParams))).toEqual([
      { fieldSelector: 'status.phase!=Succeeded', limit: '250', resourceVersion: '0' },
    ]);
    expect(api.requests.filter((url) => url.pathname === PATHS.nodes)).toHaveLength(1);
    expect(api.requests.filter((url) => url.pathname === PATHS.deployments)).toHaveLength(1);
  });

  it('counts warnings of the last quarter of an hour by reason', async () => {
    const report = await lookAt(api, { tier: 'quarter-hour' });
    expect(saidOf(report, 'kubernetes.events.warnings')).toMatchObject({
      Unhealthy: 1,
      FailedMount: 0,
      other: 0,
    });
  });

  it('takes nothing of a pod along that may hold a secret', async () => {
    expect(JSON.stringify(await lookAt(api))).not.toMatch(/hunter2|k8s-aws-v1|AKIDEXAMPLE/);
  });
});

describe('the control plane', () => {
  it('names the checks that fail, etcd among them', async () => {
    api.text('/readyz', readyz(['etcd', 'etcd-readiness']), 500);
    const report = await lookAt(api);
    expect(saidOf(report, 'kubernetes.ready')).toBe(0);
    expect(saidOf(report, 'kubernetes.etcd.ready')).toBe(0);
    expect(report.facts.failed_checks).toEqual(['etcd', 'etcd-readiness']);
  });

  it('is down when it says so itself', async () => {
    api.text('/livez', 'livez check failed', 500);
    expect(saidOf(await lookAt(api), 'kubernetes.up')).toBe(0);
  });

  it('is not called down when it only does not accept who asks', async () => {
    api.refuse('/livez', 401, 'Unauthorized');
    const report = await lookAt(api);
    expect(saidOf(report, 'kubernetes.up')).toBe('auth');
    expect(saidOf(report, 'kubernetes.nodes')).toBe('auth');
  });

  it('says nothing of etcd where it lists no check of it', async () => {
    api.text('/readyz', '[+]ping ok\nreadyz check passed\n');
    expect(saidOf(await lookAt(api), 'kubernetes.etcd.ready')).toBe('missing');
  });
});

describe('nodes', () => {
  it('are not ready, under pressure and of different sizes', async () => {
    const fargate = { 'eks.amazonaws.com/compute-type': 'fargate' };
    serve(api, 'nodes', [
      node('good', { cpu: '32', memoryGiB: 128 }),
      node('gone', { ready: 'Unknown' }),
      node('full', { pressure: 'MemoryPressure', cpu: '8' }),
      node('fargate-1', { cpu: '2', memoryGiB: 4, labels: fargate }),
    ]);
    const report = await lookAt(api, { input: { minimum: { nodes: 3, cpuCores: 16, memoryGiB: 24 } } });
    expect(saidOf(report, 'kubernetes.nodes.not_ready')).toBe(1);
    expect(report.facts.nodes_not_ready).toEqual([{ node: 'gone', reason: 'NodeStatusUnknown' }]);
    expect(saidOf(report, 'kubernetes.nodes.pressure')).toEqual({
      MemoryPressure: 1,
      DiskPressure: 0,
      PIDPressure: 0,
    });
    expect(saidOf(report, 'kubernetes.nodes.smallest_cpu_cores')).toBe(8);
    expect(saidOf(report, 'kubernetes.nodes.smallest_memory_bytes')).toBe(64 * 2 ** 30);
    expect(report.facts.minimum).toEqual({ nodes: 3, cpuCores: 16, memoryGiB: 24 });
  });

  it('have no known usage without a metrics-server, be it not installed or not answering', async () => {
    for (const [code, reason] of [
      [404, 'NotFound'],
      [503, 'ServiceUnavailable'],
    ] as const) {
      api.refuse(PATHS.nodeMetrics, code, reason);
      const report = await lookAt(api);
      expect(saidOf(report, 'kubernetes.nodes.cpu.highest_percent')).toBe('missing');
      expect(saidOf(report, 'kubernetes.nodes')).toBe(3);
      expect(report.errors).toEqual([]);
    }
  });

  it('are told apart by how busy they are; a node metrics-server has not seen yet is left out', async () => {
    serve(api, 'nodeMetrics', [
      nodeMetrics('node-1', 15_100_000_000, 2 ** 20),
      nodeMetrics('node-2', 800_000_000, 60 * 2 ** 20),
    ]);
    const report = await lookAt(api);
    expect(saidOf(report, 'kubernetes.nodes.cpu.highest_percent')).toBeCloseTo(95, 0);
    expect(saidOf(report, 'kubernetes.nodes.cpu.used_percent')).toBeCloseTo(50, 0);
    expect(saidOf(report, 'kubernetes.nodes.memory.highest_percent')).toBeCloseTo(95.2, 0);
    expect(report.facts.busiest_cpu).toEqual([
      { node: 'node-1', percent: 95 },
      { node: 'node-2', percent: 5 },
    ]);
  });
});

describe('the pods of services', () => {
  it('crash, are killed for memory, wait and are evicted: each by its name and reason', async () => {
    serve(api, 'pods', [
      pod('well'),
      pod('looping', {
        waiting: 'CrashLoopBackOff',
        restarts: 12,
        lastEnd: { reason: 'Error', exitCode: 1, secondsAgo: 60 },
      }),
      pod('killed', { restarts: 1, lastEnd: { reason: 'OOMKilled', exitCode: 137, secondsAgo: 120 } }),
      pod('killed-long-ago', {
        restarts: 1,
        lastEnd: { reason: 'OOMKilled', exitCode: 137, secondsAgo: 7200 },
      }),
      pod('homeless', { phase: 'Pending', unschedulable: '0/3 nodes are available: 3 Insufficient cpu.' }),
      pod('pulling', { phase: 'Pending', waiting: 'ImagePullBackOff' }),
      pod('just-made', { phase: 'Pending', ageSeconds: 5 }),
      pod('put-out', { phase: 'Failed', evicted: true, ageSeconds: 200 }),
    ]);
    const report = await lookAt(api);
    expect(saidOf(report, 'kubernetes.pods.crash_looping')).toBe(1);
    expect(saidOf(report, 'kubernetes.pods.oom_killed')).toBe(1);
    expect(saidOf(report, 'kubernetes.pods.restarted')).toBe(2);
    expect(saidOf(report, 'kubernetes.pods.pending')).toBe(2);
    expect(saidOf(report, 'kubernetes.pods.evicted')).toBe(1);
    expect(report.facts.crash_looping).toEqual([
      {
        namespace: 'prefect',
        pod: 'looping',
        container: 'prefect-server',
        restarts: 12,
        reason: 'Error',
        exit_code: 1,
      },
    ]);
    expect(report.facts.pending_pods).toMatchObject([
      { pod: 'homeless', reason: 'Unschedulable: 0/3 nodes are available: 3 Insufficient cpu.' },
      { pod: 'pulling', reason: 'ImagePullBackOff' },
    ]);
  });

  it('that run flows are counted by work pool', async () => {
    const inPool = (workPool: string) => ({ namespace: 'flows', workPool });
    serve(api, 'flowPods', [
      pod('a', inPool('etl')),
      pod('b', { ...inPool('etl'), phase: 'Pending', ageSeconds: 900, unschedulable: 'no room' }),
      pod('c', {
        ...inPool('ml'),
        phase: 'Failed',
        lastEnd: { reason: 'OOMKilled', exitCode: 137, secondsAgo: 30 },
      }),
    ]);
    const report = await lookAt(api);
    expect(saidOf(report, 'kubernetes.flow_run_pods')).toEqual({ etl: 2, ml: 0 });
    expect(saidOf(report, 'kubernetes.flow_run_pods.pending')).toEqual({ etl: 1, ml: 0 });
    expect(saidOf(report, 'kubernetes.flow_run_pods.oom_killed')).toEqual({ etl: 0, ml: 1 });
    expect(saidOf(report, 'kubernetes.flow_run_pods.failed')).toEqual({ etl: 0, ml: 1 });
    expect(report.facts.flow_run_pods_pending).toEqual([
      { namespace: 'flows', pod: 'b', work_pool: 'etl', reason: 'Unschedulable: no room' },
    ]);
    expect(saidOf(report, 'kubernetes.pods')).toBe(3);
  });
});

describe('workloads', () => {
  it('are short of replicas, and singletons are not alone or not there', async () => {
    serve(api, 'deployments', [
      workload('server', { replicas: 3, ready: 1 }),
      workload('scheduler', { replicas: 1, present: 2 }),
    ]);
    const report = await lookAt(api, { input: { singletons: ['scheduler', 'foreman'] } });
    expect(saidOf(report, 'kubernetes.workloads.not_ready')).toBe(1);
    expect(saidOf(report, 'kubernetes.workload.ready')).toMatchObject({ 'prefect/server': 1 });
    expect(saidOf(report, 'kubernetes.singleton.replicas')).toEqual({
      'prefect/scheduler': 2,
      foreman: 'missing',
    });
  });

  it('of Istio are looked at only where the target names it', async () => {
    const report = await lookAt(api, { input: { istio: undefined } });
    expect(saidOf(report, 'kubernetes.istio.gateway.ready')).toBe('not-configured');
    expect(api.requests.some((url) => url.pathname.includes('istio-system'))).toBe(false);
  });
});
