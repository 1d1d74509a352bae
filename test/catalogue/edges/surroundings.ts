import {
  by,
  byLabelled,
  criticalWithOne,
  criticalWithout,
  type Edge,
  type FixedEdge,
  fixed,
  infoWithOne,
  warningWithOne,
} from './edge.ts';

const GIBIBYTE = 2 ** 30;
const MINIMUM = { nodes: 3, cpuCores: 16, memoryGiB: 24 };

const OF_THE_CLUSTER: Readonly<Record<string, Edge | FixedEdge>> = {
  'kubernetes-api-down': criticalWithout(by('kubernetes.up')),
  'kubernetes-api-slow': by('kubernetes.api_ms'),
  'etcd-unhealthy': by('kubernetes.etcd.size_bytes', { 'kubernetes.etcd.ready': 1 }),
  'node-not-ready': warningWithOne(by('kubernetes.nodes.not_ready', { 'kubernetes.nodes': 3 })),
  'node-memory-pressure': by('kubernetes.nodes.memory.highest_percent', {
    'kubernetes.nodes.pressure': { MemoryPressure: 0 },
  }),
  'node-cpu-saturated': by('kubernetes.nodes.cpu.highest_percent', {
    'kubernetes.nodes.cpu.used_percent': 50,
  }),
  'pod-crash-looping': criticalWithOne(by('kubernetes.pods.crash_looping')),
  'pod-oom-killed': criticalWithOne(
    by('kubernetes.pods.oom_killed', { 'kubernetes.flow_run_pods.oom_killed': { k8s: 0 } }),
  ),
  'workload-not-ready': warningWithOne(by('kubernetes.workloads.not_ready')),
  'loop-service-not-singleton': fixed('critical', 2, 1)(byLabelled('kubernetes.singleton.replicas', 'orion')),
  'istio-gateway-without-address': criticalWithout(
    by('kubernetes.istio.gateway.addresses', { 'kubernetes.istio.gateway.ready': 1 }),
  ),
  'below-minimum-size': fixed(
    'info',
    2,
    3,
  )(
    by(
      'kubernetes.nodes',
      {
        'kubernetes.nodes.smallest_cpu_cores': MINIMUM.cpuCores,
        'kubernetes.nodes.smallest_memory_bytes': MINIMUM.memoryGiB * GIBIBYTE,
      },
      { minimum: MINIMUM },
    ),
  ),
  'kubernetes-below-minimum-version': fixed(
    'info',
    28,
    29,
  )({
    at: (minor) => ({ values: { 'kubernetes.api_ms': 20 }, facts: { version: `1.${minor}.4-eks-1a2b3c4` } }),
  }),
};

const OF_THE_WAY_IN: Readonly<Record<string, Edge | FixedEdge>> = {
  'dns-failing': criticalWithout(by('network.dns.resolves')),
  'tls-untrusted': criticalWithout(by('network.tls.trusted')),
  'tls-expiring': by('network.tls.expires_in_days'),
  'entrance-down': criticalWithout(by('network.up')),
  'host-routing-wrong': criticalWithout(by('network.routed')),
};

const bySignature = (signature: string): Edge => byLabelled('logs.signature', signature);
const OF_LOGS: Readonly<Record<string, Edge | FixedEdge>> = {
  'http2-protocol-error': bySignature('h2-protocol-error'),
  'connection-reset': bySignature('httpx-read-error'),
  'submission-timeout-pending': criticalWithOne(bySignature('abort-already-pending')),
  'auth-errors': by('logs.auth_errors'),
  'db-connection-errors': by('logs.database_errors'),
  'slow-query-warnings': by('logs.slow_queries'),
  'error-log-burst': by('logs.errors'),
  'log-silent': infoWithOne({ at: (silent, kind) => ({ values: { [`${kind}.silent`]: silent } }) }),
  'mark-late-overrun': warningWithOne(bySignature('mark-late-overrun')),
  'observer-behind': warningWithOne(bySignature('observer-event-failed')),
  'invalid-parameters': bySignature('invalid-parameters'),
  'submission-failed-not-crashed': bySignature('submission-failed'),
};

const INTERVAL_SECONDS = 60;
const OF_THE_MONITOR: Readonly<Record<string, Edge | FixedEdge>> = {
  'probe-silent': { at: (intervals) => ({ ageSeconds: INTERVAL_SECONDS * intervals }) },
  'probe-failing': fixed(
    'warning',
    0,
    1,
  )({ at: (isRead, kind) => ({ values: { [`${kind}.up`]: isRead === 1 ? 1 : 'auth' } }) }),
};

/** The cluster, the way in, the logs and the monitor itself. */
export const SURROUNDING_EDGES = { ...OF_THE_CLUSTER, ...OF_THE_WAY_IN, ...OF_LOGS, ...OF_THE_MONITOR };
