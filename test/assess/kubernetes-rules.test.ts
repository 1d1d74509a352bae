import { describe, expect, it } from 'vitest';
import type { Report } from '../../lib/model/report.ts';
import { balancer, node, nodeMetrics, pod, workload } from '../parts/kubernetes-objects.ts';
import { lookAt, serve, serveHealthy } from '../probe/kubernetes/watching.ts';
import { at } from './builders.ts';
import { movedTo, servedCluster } from './kubernetes-watch.ts';

const { api, findingOf, monitorOf } = servedCluster();

describe('nodes', () => {
  it('that are not ready are node-not-ready by name, critical once it is half of them', async () => {
    serve(api(), 'nodes', [node('a'), node('b'), node('c', { ready: 'Unknown' })]);
    expect(await findingOf('node-not-ready')).toMatchObject({
      severity: 'warning',
      texts: ['1 of 3 nodes are not ready', 'c: NodeStatusUnknown'],
      commands: expect.arrayContaining(['kubectl describe node c']),
    });
    serve(api(), 'nodes', [node('a'), node('b', { ready: 'False' })]);
    expect((await findingOf('node-not-ready'))?.severity).toBe('critical');
  });

  it('whose CPU is used up are node-cpu-saturated, critical when all of them are', async () => {
    const busy = (cores: number) => nodeMetrics('node-1', cores * 1e9, 2 ** 20);
    serve(api(), 'nodeMetrics', [busy(15.4), nodeMetrics('node-2', 1e9, 2 ** 20)]);
    const one = await findingOf('node-cpu-saturated');
    expect(one?.severity).toBe('warning');
    expect(one?.commands).toContain(
      'kubectl get pods --all-namespaces --field-selector spec.nodeName=node-1',
    );
    serve(api(), 'nodeMetrics', [busy(15.4)]);
    expect((await findingOf('node-cpu-saturated'))?.severity).toBe('critical');
    serve(api(), 'nodeMetrics', [busy(14)]);
    expect(await findingOf('node-cpu-saturated')).toBeUndefined();
  });

  it('short of memory are node-memory-pressure, with and without a metrics-server', async () => {
    serve(api(), 'nodes', [node('full', { pressure: 'MemoryPressure' }), node('node-1')]);
    api().refuse('/apis/metrics.k8s.io/v1beta1/nodes', 404, 'NotFound');
    expect(await findingOf('node-memory-pressure')).toMatchObject({
      severity: 'critical',
      texts: ['nodes that say MemoryPressure: 1', 'full'],
      commands: expect.arrayContaining(['kubectl describe node full']),
    });
    serveHealthy(api());
    serve(api(), 'nodeMetrics', [nodeMetrics('node-2', 1e9, 62 * 2 ** 20)]);
    expect((await findingOf('node-memory-pressure'))?.severity).toBe('warning');
  });

  it('fewer or smaller than asked for are the hint below-minimum-size, where somebody asks', async () => {
    const minimum = { nodes: 3, cpuCores: 16, memoryGiB: 24 };
    serve(api(), 'nodes', [node('node-1', { cpu: '8' }), node('node-2')]);
    expect(await findingOf('below-minimum-size')).toBeUndefined();
    expect(await findingOf('below-minimum-size', { minimum })).toMatchObject({
      severity: 'info',
      texts: ['2 nodes of at least 3', 'the smallest node has 8 vCPU of at least 16'],
    });
  });
});

describe('services', () => {
  it('that crash in a loop are pod-crash-looping, with the command that reads their last words', async () => {
    const lastEnd = { reason: 'Error', exitCode: 1, secondsAgo: 60 };
    serve(api(), 'pods', [pod('auth-0', { waiting: 'CrashLoopBackOff', restarts: 7, lastEnd })]);
    const found = await findingOf('pod-crash-looping');
    expect(found?.texts).toContain('prefect/auth-0 prefect-server: 7 restarts, last ended by Error (exit 1)');
    expect(found?.commands).toContain(
      'kubectl logs -n prefect auth-0 -c prefect-server --previous --tail=100',
    );
  });

  it('and flow runs that memory was too small for are pod-oom-killed', async () => {
    const lastEnd = { reason: 'OOMKilled', exitCode: 137, secondsAgo: 60 };
    serve(api(), 'flowPods', [
      pod('run', { namespace: 'flows', workPool: 'ml pool', phase: 'Failed', lastEnd }),
    ]);
    const ofRuns = await findingOf('pod-oom-killed');
    expect(ofRuns?.severity).toBe('warning');
    expect(ofRuns?.commands).toEqual(
      expect.arrayContaining(['kubectl describe pod -n flows run', "prefect work-pool inspect 'ml pool'"]),
    );
    serve(api(), 'pods', [pod('server-1', { restarts: 1, lastEnd })]);
    expect((await findingOf('pod-oom-killed'))?.severity).toBe('critical');
  });

  it('with too few replicas are workload-not-ready, critical when none is left, with why a pod waits', async () => {
    serve(api(), 'deployments', [workload('server', { replicas: 3, ready: 2 }), workload('scheduler')]);
    serve(api(), 'pods', [pod('server-3', { phase: 'Pending', unschedulable: '3 Insufficient memory.' })]);
    expect(await findingOf('workload-not-ready')).toMatchObject({
      severity: 'warning',
      texts: [
        'workloads that are not ready: 1',
        'prefect/server: 2 of 3 replicas are ready',
        'server-3 waits: Unschedulable: 3 Insufficient memory.',
      ],
      commands: ['kubectl describe deployment -n prefect server', 'kubectl describe pod -n prefect server-3'],
    });
    serve(api(), 'deployments', [workload('server', { replicas: 3, ready: 0 }), workload('scheduler')]);
    expect((await findingOf('workload-not-ready'))?.severity).toBe('critical');
  });

  it.each([0, 2])('that must be alone and are %d are loop-service-not-singleton', async (present) => {
    serve(api(), 'deployments', [workload('server'), workload('scheduler', { replicas: present })]);
    const found = await findingOf('loop-service-not-singleton');
    expect(found?.texts).toEqual([`prefect/scheduler: ${present} replicas`]);
    expect(found?.commands).toContain('kubectl scale -n prefect deployment/scheduler --replicas=1');
  });

  it('behind a gateway without an address are istio-gateway-without-address', async () => {
    serve(api(), 'istioServices', [balancer('istio-ingressgateway', [])]);
    const found = await findingOf('istio-gateway-without-address');
    expect(found?.severity).toBe('critical');
    expect(found?.commands).toContain('kubectl describe service -n istio-system istio-ingressgateway');
  });

  it('that crash since their database is down follow from that', async () => {
    serve(api(), 'pods', [pod('server-1', { waiting: 'CrashLoopBackOff', restarts: 4 })]);
    const monitor = monitorOf({
      postgres: [{ name: 'orion', host: 'db', database: 'prefect', user: 'vitals' }],
    });
    const down = {
      installation: 'production',
      target: 'postgres/orion',
      kind: 'postgres',
      tier: 'minute',
      intervalSeconds: 60,
      startedAt: at(0),
      durationMs: 5,
      readings: [{ signal: 'postgres.up', target: 'postgres/orion', value: 0, at: at(0) }],
      facts: {},
      errors: [],
    } as const satisfies Report;
    const { snapshot } = monitor.look(
      0,
      { ...down, readings: [...down.readings] },
      movedTo(0, await lookAt(api())),
    );
    const crashing = snapshot.findings.find((f) => f.id === 'pod-crash-looping');
    expect(crashing?.caused_by).toBe('postgres-down@postgres/orion');
    expect(snapshot.root_cause?.finding).toBe('postgres-down');
  });
});
