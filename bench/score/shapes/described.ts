import { tiersOf } from '../../../lib/catalogue/signals/index.ts';
import { SIGNATURES } from '../../../lib/catalogue/signatures/index.ts';
import { type Facts, TIER_SECONDS } from '../../../lib/model/report.ts';
import { kindOf, readingsOf, type Values } from '../readings.ts';
import type { Probe } from './shape.ts';

/** What a target says by the minute while all is well: at a minute of a history, so that counters can grow. */
export interface Description {
  readonly facts: Facts;
  readonly at: (minute: number) => Values;
}

const NO_SIGNATURES = Object.fromEntries(SIGNATURES.map((s) => [s.id, 0]));

export const HEALTHY_LOGS = {
  'logs.up': 1,
  'logs.silent': 0,
  'logs.containers.read': 5,
  'logs.containers.unread': 0,
  'logs.containers.truncated': 0,
  'logs.events': 900,
  'logs.errors': 0,
  'logs.auth_errors': 0,
  'logs.database_errors': 0,
  'logs.slow_queries': 0,
} as const satisfies Values;

export const HEALTHY_POSTGRES_LOG = {
  'postgres-log.up': 1,
  'postgres-log.silent': 0,
  'postgres-log.records': 40,
  'postgres-log.truncated': 0,
  'postgres-log.slow_statements': 0,
  'postgres-log.slowest_ms': 'no-traffic',
  'postgres-log.lock_waits': 0,
  'postgres-log.longest_lock_wait_ms': 'no-traffic',
} as const satisfies Values;

export const HEALTHY_ENTRANCE = {
  'network.up': 1,
  'network.http_status': 200,
  'network.answer_ms': 21,
  'network.routed': 1,
  'network.dns.resolves': 1,
  'network.dns.ms': 2,
  'network.dns.addresses': 3,
  'network.connect_ms': 4,
  'network.tls.trusted': 1,
  'network.tls.expires_in_days': 60,
} as const satisfies Values;

/** A service that answers a thousand requests more by every minute. */
export const healthyService = (minute: number) =>
  ({
    'service.up': 1,
    'service.answer_ms': 6,
    'service.requests': 1000 * (minute + 1),
    'service.requests.failed': 0,
    'service.requests.within': {
      '0.1': 900 * (minute + 1),
      '1': 1000 * (minute + 1),
      '+Inf': 1000 * (minute + 1),
    },
  }) as const satisfies Values;

/** A cluster as large as Customer-Managed Prefect asks for. */
export const CLUSTER: Description = {
  facts: { version: '1.33.1-eks-1fbb135' },
  at: () => ({
    'kubernetes.up': 1,
    'kubernetes.ready': 1,
    'kubernetes.etcd.ready': 1,
    'kubernetes.api_ms': 25,
    'kubernetes.nodes': 3,
    'kubernetes.nodes.not_ready': 0,
    'kubernetes.nodes.smallest_cpu_cores': 16,
    'kubernetes.nodes.smallest_memory_bytes': 32 * 2 ** 30,
    'kubernetes.nodes.pressure': { MemoryPressure: 0, DiskPressure: 0, PIDPressure: 0 },
    'kubernetes.nodes.cpu.highest_percent': 40,
    'kubernetes.nodes.cpu.used_percent': 30,
    'kubernetes.nodes.memory.highest_percent': 50,
    'kubernetes.nodes.memory.used_percent': 45,
    'kubernetes.pods': 12,
    'kubernetes.pods.pending': 0,
    'kubernetes.pods.crash_looping': 0,
    'kubernetes.pods.oom_killed': 0,
    'kubernetes.flow_run_pods.oom_killed': 0,
    'kubernetes.workloads': 4,
    'kubernetes.workloads.not_ready': 0,
    'kubernetes.singleton.replicas': { 'orion-background': 1 },
    'kubernetes.istio.control_plane.ready': 1,
    'kubernetes.istio.gateway.ready': 2,
    'kubernetes.istio.gateway.addresses': 1,
  }),
};

export const LOGS: Description = {
  facts: {},
  at: () => ({ ...HEALTHY_LOGS, 'logs.signature': NO_SIGNATURES }),
};

export const POSTGRES_LOG: Description = {
  facts: { log_group: '/aws/rds/instance/prefect-orion/postgresql' },
  at: () => HEALTHY_POSTGRES_LOG,
};

export const SERVICE: Description = { facts: {}, at: healthyService };

export const ENTRANCE: Description = {
  facts: {
    entrance: { url: 'https://api.example.com', host: 'api.example.com', port: 443, serves: 'api' },
  },
  at: () => HEALTHY_ENTRANCE,
};

/** Nothing is judged by what is described only every quarter of an hour; but a report of it is due. */
export const described = (target: string, { facts, at }: Description): readonly Probe[] =>
  tiersOf(kindOf(target)).map((tier) => ({
    target,
    tier,
    report: (round, startedAt) => ({
      installation: 'local',
      target,
      kind: kindOf(target),
      tier,
      intervalSeconds: TIER_SECONDS[tier],
      startedAt,
      durationMs: 100,
      readings: tier === 'minute' ? [...readingsOf(target, at(round), startedAt)] : [],
      facts: tier === 'minute' ? facts : {},
      errors: [],
    }),
  }));
