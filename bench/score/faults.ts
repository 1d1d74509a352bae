import { type Fault, isVended, more, shows, shut } from './fault.ts';
import { OF_POSTGRES, OF_REDIS } from './faults-of-stores.ts';

const POSTGRES = 'postgres/orion';
const REDIS = 'redis/main';
const PREFECT = 'prefect/server';
const CLUSTER = 'kubernetes/cluster';
const LOGS = 'logs/cluster';
const ENTRANCE = 'network/api';
const SERVICE = 'service/auth';

const OF_PREFECT: readonly Fault[] = [
  shut('the API is down', `prefect-api-down@${PREFECT}`, 'refused', { 'prefect.up': 0 }),
  shows('the API is not ready', `prefect-not-ready@${PREFECT}`, { 'prefect.ready': 0 }),
  shows('the API reaches its database slowly', `prefect-ready-slow@${PREFECT}`, { 'prefect.ready_ms': 2500 }),
  shows('the API asks for fewer requests', `cloud-rate-limited@${PREFECT}`, { 'prefect.rate_limited': 2 }),
  shows('a list of runs takes long', `run-list-slow@${PREFECT}`, {
    'prefect.server.api.request.duration': { run_list: 14_000 },
  }),
  shows('a count of task runs takes long', `task-run-count-slow@${PREFECT}`, {
    'prefect.server.api.request.duration': { task_run_count: 14_000 },
  }),
  shows('a service is down', `service-down@${SERVICE}`, { 'service.up': 0 }),
  shows('a service fails requests', `api-overloaded-5xx@${SERVICE}`, {
    'service.requests.failed': more(200),
  }),
];

const OF_THE_WAY_IN: readonly Fault[] = [
  shut('the name does not resolve', `dns-failing@${ENTRANCE}`, 'dns', {
    'network.up': 0,
    'network.dns.resolves': 0,
  }),
  shut('nobody trusts the certificate', `tls-untrusted@${ENTRANCE}`, 'tls', {
    'network.up': 0,
    'network.dns.resolves': 1,
    'network.tls.trusted': 0,
  }),
  shows('the certificate ends soon', `tls-expiring@${ENTRANCE}`, { 'network.tls.expires_in_days': 5 }),
  shows('the entrance leads elsewhere', `host-routing-wrong@${ENTRANCE}`, { 'network.routed': 0 }),
  shut('nothing listens at the entrance', `entrance-down@${ENTRANCE}`, 'refused', {
    'network.up': 0,
    'network.dns.resolves': 1,
  }),
];

const OF_THE_CLUSTER: readonly Fault[] = [
  shut('the API of Kubernetes is down', `kubernetes-api-down@${CLUSTER}`, 'refused', { 'kubernetes.up': 0 }),
  shows('etcd is not well', `etcd-unhealthy@${CLUSTER}`, { 'kubernetes.etcd.ready': 0 }),
  shows('a node is not ready', `node-not-ready@${CLUSTER}`, { 'kubernetes.nodes.not_ready': 1 }),
  shows('a pod crashes again and again', `pod-crash-looping@${CLUSTER}`, {
    'kubernetes.pods.crash_looping': 1,
  }),
  shows('a pod ran out of memory', `pod-oom-killed@${CLUSTER}`, { 'kubernetes.pods.oom_killed': 1 }),
  shows('a workload lacks replicas', `workload-not-ready@${CLUSTER}`, {
    'kubernetes.workloads.not_ready': 1,
  }),
  shows('a node has no memory left', `node-memory-pressure@${CLUSTER}`, {
    'kubernetes.nodes.pressure': { MemoryPressure: 1 },
    'kubernetes.nodes.memory.highest_percent': 97,
  }),
  shows('a node computes all the time', `node-cpu-saturated@${CLUSTER}`, {
    'kubernetes.nodes.cpu.highest_percent': 97,
  }),
  shows('a service runs twice that may run once', `loop-service-not-singleton@${CLUSTER}`, {
    'kubernetes.singleton.replicas': { 'orion-background': 2 },
  }),
  shows('the mesh has no address', `istio-gateway-without-address@${CLUSTER}`, {
    'kubernetes.istio.gateway.ready': 1,
    'kubernetes.istio.gateway.addresses': 0,
  }),
];

const said = (signature: string, count: number) => ({ 'logs.signature': { [signature]: count } });
const OF_LOGS: readonly Fault[] = [
  shows('sign-ins fail', `auth-errors@${LOGS}`, { 'logs.auth_errors': 12 }),
  shows('services lose their database', `db-connection-errors@${LOGS}`, { 'logs.database_errors': 12 }),
  shows('queries are slow', `slow-query-warnings@${LOGS}`, { 'logs.slow_queries': 30 }),
  shows('HTTP/2 breaks', `http2-protocol-error@${LOGS}`, said('h2-protocol-error', 1)),
  shows('connections are reset', `connection-reset@${LOGS}`, said('httpx-read-error', 9)),
  shows('parameters are invalid', `invalid-parameters@${LOGS}`, said('invalid-parameters', 1)),
  shows('errors burst', `error-log-burst@${LOGS}`, { 'logs.errors': 90 }),
  shows(
    'a run cannot be submitted twice',
    `submission-timeout-pending@${LOGS}`,
    said('abort-already-pending', 1),
  ),
  shows('late runs are marked slowly', `mark-late-overrun@${LOGS}`, said('mark-late-overrun', 4)),
  shows('the observer falls behind', `observer-behind@${LOGS}`, said('observer-event-failed', 3)),
  shows('submissions fail', `submission-failed-not-crashed@${LOGS}`, said('submission-failed', 2)),
];

const OF_AWS: readonly Fault[] = [
  isVended('the CPU of the database is full', `postgres-cpu-high@${POSTGRES}`, {
    'postgres.cpu.used_percent': 92,
  }),
  isVended('the database has no memory left', `postgres-memory-low@${POSTGRES}`, {
    'postgres.memory.free_bytes': 200 * 2 ** 20,
  }),
  isVended('the disk is nearly full', `disk-nearly-full@${POSTGRES}`, {
    'postgres.storage.free_bytes': 12 * 2 ** 30,
    'postgres.storage.free_percent': 12,
  }),
  isVended("Redis's one thread is busy", `redis-cpu-high-streams@${REDIS}`, {
    'redis.engine_cpu.used_percent': 93,
  }),
  isVended('the API of Kubernetes answers slowly', `kubernetes-api-slow@${CLUSTER}`, {
    'kubernetes.eks.get.p99_ms': 2400,
  }),
];

const OF_THE_MONITOR: readonly Fault[] = [POSTGRES, REDIS, PREFECT].map((target) => ({
  name: `the probe of ${target} is silent`,
  expected: `probe-silent@${target}`,
  change: (report) => (report.target === target ? null : report),
}));

/** Everything that goes wrong alone. */
export const FAULTS: readonly Fault[] = [
  ...OF_POSTGRES,
  ...OF_REDIS,
  ...OF_PREFECT,
  ...OF_THE_WAY_IN,
  ...OF_THE_CLUSTER,
  ...OF_LOGS,
  ...OF_AWS,
  ...OF_THE_MONITOR,
];

/** @throws RangeError when there is none */
export function faultOf(finding: string): Fault {
  const fault = FAULTS.find((f) => f.expected.startsWith(`${finding}@`));
  if (fault === undefined) throw new RangeError(`no fault is expected to be ${finding}`);
  return fault;
}

/** Two that have nothing to do with each other. */
export const INDEPENDENT = [
  ['postgres-wraparound', 'tls-expiring'],
  ['postgres-invalid-index', 'redis-persistence-failing'],
  ['redis-clients-high', 'invalid-parameters'],
  ['events-table-large', 'tls-untrusted'],
  ['redis-memory-high', 'etcd-unhealthy'],
  ['postgres-replication-slot-inactive', 'http2-protocol-error'],
  ['dns-failing', 'consumer-silent'],
  ['perpetual-stopped', 'host-routing-wrong'],
  ['redis-evicting', 'stuck-cancelling'],
  ['postgres-deadlocks', 'kubernetes-api-down'],
  ['disk-nearly-full', 'kubernetes-api-slow'],
] as const;

/** A cause, and what follows from it, which may be seen a minute before. */
export const FOLLOWING = [
  ['postgres-down', 'prefect-not-ready'],
  ['postgres-down', 'docket-backlog-growing'],
  ['postgres-down', 'db-connection-errors'],
  ['postgres-lock-contention', 'docket-backlog-growing'],
  ['postgres-lock-contention', 'consumer-lagging'],
  ['postgres-lock-contention', 'db-pool-exhausted'],
  ['postgres-lock-contention', 'prefect-ready-slow'],
  ['postgres-idle-in-transaction', 'postgres-lock-contention'],
  ['postgres-connections-high', 'prefect-not-ready'],
  ['postgres-cpu-high', 'docket-backlog-growing'],
  ['redis-down', 'workload-not-ready'],
  ['redis-memory-high', 'redis-evicting'],
  ['redis-memory-high', 'redis-refusing-writes'],
  ['redis-refusing-writes', 'consumer-silent'],
  ['docket-no-live-worker', 'perpetual-stopped'],
  ['consumer-silent', 'consumer-lagging'],
  ['prefect-api-down', 'entrance-down'],
  ['pod-crash-looping', 'docket-no-live-worker'],
  ['node-not-ready', 'workload-not-ready'],
] as const;
