import { parseConfig } from '../../../lib/config/define.ts';
import type { ConfigInput } from '../../../lib/config/schema.ts';
import { type KubernetesTarget, targetsOf } from '../../../lib/config/targets.ts';
import type { Reading } from '../../../lib/model/reading.ts';
import type { Report, Tier } from '../../../lib/model/report.ts';
import { type Budget, probe } from '../../../lib/probe/frame.ts';
import { endpointOnEks } from '../../../lib/probe/kubernetes/access/eks.ts';
import { kubernetesProbe } from '../../../lib/probe/kubernetes/connection.ts';
import type { KubernetesApi } from '../../parts/kubernetes-api.ts';
import { balancer, node, nodeMetrics, pod, warning, workload } from '../../parts/kubernetes-objects.ts';

type KubernetesInput = NonNullable<ConfigInput['installations'][number]['kubernetes']>[number];

/** A checked target that watches a cluster with everything there is to name. */
export function kubernetesTarget(input: KubernetesInput): KubernetesTarget {
  const config = parseConfig({ installations: [{ name: 'production', kubernetes: [input] }] });
  const [target] = config.installations.flatMap(targetsOf);
  if (target?.kind !== 'kubernetes') throw new Error('there is no target');
  return target;
}

export const EVERYTHING = {
  namespaces: ['prefect'],
  flowRunNamespaces: ['flows'],
  singletons: ['scheduler'],
  istio: {},
  proxiedServices: [] as { namespace: string; name: string; port: number }[],
} satisfies Partial<KubernetesInput>;

/** Signs in as a function does: with keys from its environment. */
export const AWS_KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'of-nobody' } as const;

export const CHECKS = ['ping', 'log', 'etcd', 'etcd-readiness', 'informer-sync', 'shutdown'];
export const readyz = (failing: readonly string[] = []): string =>
  [
    ...CHECKS.map((c) => (failing.includes(c) ? `[-]${c} failed: reason withheld` : `[+]${c} ok`)),
    failing.length === 0 ? 'readyz check passed' : 'readyz check failed',
    '',
  ].join('\n');

export const PATHS = {
  nodes: '/api/v1/nodes',
  nodeMetrics: '/apis/metrics.k8s.io/v1beta1/nodes',
  pods: '/api/v1/namespaces/prefect/pods',
  flowPods: '/api/v1/namespaces/flows/pods',
  events: '/api/v1/namespaces/prefect/events',
  deployments: '/apis/apps/v1/namespaces/prefect/deployments',
  statefulSets: '/apis/apps/v1/namespaces/prefect/statefulsets',
  istioDeployments: '/apis/apps/v1/namespaces/istio-system/deployments',
  istioServices: '/api/v1/namespaces/istio-system/services',
} as const;

const KINDS = {
  nodes: ['NodeList', 'v1'],
  nodeMetrics: ['NodeMetricsList', 'metrics.k8s.io/v1beta1'],
  pods: ['PodList', 'v1'],
  flowPods: ['PodList', 'v1'],
  events: ['EventList', 'v1'],
  deployments: ['DeploymentList', 'apps/v1'],
  statefulSets: ['StatefulSetList', 'apps/v1'],
  istioDeployments: ['DeploymentList', 'apps/v1'],
  istioServices: ['ServiceList', 'v1'],
} as const satisfies Record<keyof typeof PATHS, readonly [string, string]>;

interface Counted {
  readonly started?: number;
  readonly quick?: number;
  readonly slow?: number;
  readonly failed?: number;
}

/** As kube-apiserver writes it: `quick` requests took up to 50 ms, `slow` ones and all that last up to 2 s. */
export function exposition({ started = 1.7e9, quick = 1_000, slow = 0, failed = 0 }: Counted = {}): string {
  const all = quick + slow;
  const buckets = (name: string, labels: string, within50Ms = quick) =>
    [
      [0.05, within50Ms],
      [1, within50Ms],
      [2, all],
      ['+Inf', all],
    ].map(([le, count]) => `${name}_bucket{${labels},le="${le}"} ${count}`);
  return [
    '# TYPE apiserver_request_total counter',
    `apiserver_request_total{code="200",resource="pods",verb="GET"} ${all}`,
    `apiserver_request_total{code="503",resource="pods",verb="GET"} ${failed}`,
    ...buckets('apiserver_request_duration_seconds', 'resource="pods",subresource="",verb="GET"'),
    ...buckets('apiserver_request_duration_seconds', 'resource="pods",subresource="log",verb="GET"', 0),
    ...buckets('apiserver_request_duration_seconds', 'resource="pods",subresource="",verb="WATCH"', 0),
    'apiserver_current_inflight_requests{request_kind="mutating"} 2',
    'apiserver_current_inflight_requests{request_kind="readOnly"} 5',
    ...buckets('etcd_request_duration_seconds', 'operation="get",type="*core.Pod"'),
    `process_start_time_seconds ${started}`,
    '',
  ].join('\n');
}

/** Has the API server list these objects. */
export function serve(api: KubernetesApi, what: keyof typeof PATHS, items: readonly object[]): void {
  const [kind, apiVersion] = KINDS[what];
  api.list(PATHS[what], { kind, apiVersion, items });
}

/** A cluster in which all is well; a test then changes what it is about. */
export function serveHealthy(api: KubernetesApi): void {
  api.reset();
  api.text('/livez', 'ok');
  api.text('/readyz', readyz());
  api.text('/metrics', exposition());
  api.json('/version', {
    major: '1',
    minor: '33',
    gitVersion: 'v1.33.1-eks-1fbb135',
    platform: 'linux/amd64',
  });
  serve(api, 'nodes', [node('node-1'), node('node-2'), node('node-3')]);
  // Of 15.89 cores and 63 GiB each.
  serve(
    api,
    'nodeMetrics',
    ['node-1', 'node-2', 'node-3'].map((name) => nodeMetrics(name, 1_589_000_000, 63 * 2 ** 20 * 0.25)),
  );
  serve(api, 'pods', [pod('server-1'), pod('server-2'), pod('scheduler-1')]);
  serve(api, 'flowPods', [pod('run-1', { namespace: 'flows', workPool: 'etl' })]);
  serve(api, 'events', [warning('Unhealthy', 120)]);
  serve(api, 'deployments', [workload('server', { replicas: 2 }), workload('scheduler')]);
  serve(api, 'statefulSets', []);
  serve(
    api,
    'istioDeployments',
    ['istiod', 'istio-ingressgateway'].map((name) =>
      workload(name, { namespace: 'istio-system', replicas: 2 }),
    ),
  );
  serve(api, 'istioServices', [balancer('istio-ingressgateway', ['abc.elb.eu-central-1.amazonaws.com'])]);
}

interface Visiting {
  readonly tier?: Tier;
  readonly budget?: Budget;
  readonly input?: Partial<KubernetesInput>;
}

/** Looks at the cluster once, as a function on AWS does. */
export function lookAt(
  api: KubernetesApi,
  { tier = 'minute', budget, input = {} }: Visiting = {},
): Promise<Report> {
  const target = kubernetesTarget({ access: api.access, ...EVERYTHING, ...input });
  return probe(kubernetesProbe(endpointOnEks), target, {
    installation: 'production',
    tier,
    intervalSeconds: 60,
    now: () => new Date(),
    ...(budget && { budget }),
  });
}

const said = ({ value, unknown }: Reading): number | string => value ?? `${unknown?.reason}`;

/** What a report says of a signal: the number, or the reason why there is none; by label where there are several. */
export function saidOf(report: Report, signal: string) {
  const readings = report.readings.filter((r) => r.signal === signal);
  const [first] = readings;
  if (first === undefined) return undefined;
  if (first.labels === undefined) return said(first);
  return Object.fromEntries(readings.map((r) => [Object.values(r.labels ?? {}).join(' '), said(r)]));
}
