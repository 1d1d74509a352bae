import { type Fault, isVended, shows, shut } from './fault.ts';

const POSTGRES = 'postgres/orion';
const REDIS = 'redis/main';
const PREFECT = 'prefect/server';
const CLUSTER = 'kubernetes/cluster';
const LOGS = 'logs/cluster';
const ENTRANCE = 'network/api';
const SERVICE = 'service/auth';

/** So many more every minute than a healthy target counts. */
const more = (perMinute: number) => (minutes: number, healthy: number) => healthy + perMinute * (minutes + 1);
/** Seconds that have gone by since before the fault was seen. */
const ages = (seconds: number) => (minutes: number) => seconds + 60 * minutes;

const SESSIONS = [
  { application: 'prefect-api', user: 'prefect', client: '10.0.0.1', here: 15, busy_here: 15 },
];

const OF_POSTGRES: readonly Fault[] = [
  shut('PostgreSQL is down', `postgres-down@${POSTGRES}`, 'refused', { 'postgres.up': 0 }),
  shows('sessions wait for locks', `postgres-lock-contention@${POSTGRES}`, {
    'postgres.blocked.sessions': 12,
    'postgres.blocked.longest_wait_seconds': ages(12),
  }),
  shows('connections run out', `postgres-connections-high@${POSTGRES}`, {
    'postgres.connections.total': 85,
    'postgres.connections.used_percent': 85,
  }),
  shows(
    "a process's pool is full",
    `db-pool-exhausted@${POSTGRES}`,
    { 'postgres.clients.busiest': 15 },
    { facts: { clients: SESSIONS } },
  ),
  shows('a transaction is left idle', `postgres-idle-in-transaction@${POSTGRES}`, {
    'postgres.transaction.oldest_idle_seconds': ages(70),
  }),
  shows('a transaction never ends', `postgres-long-transaction@${POSTGRES}`, {
    'postgres.transaction.oldest_seconds': ages(400),
  }),
  shows('deadlocks', `postgres-deadlocks@${POSTGRES}`, { 'postgres.deadlocks.total': more(5) }),
  shows('wraparound comes near', `postgres-wraparound@${POSTGRES}`, {
    'postgres.wraparound.freeze_percent': 300,
    'postgres.wraparound.used_percent': 30,
  }),
  shows('an index is invalid', `postgres-invalid-index@${POSTGRES}`, { 'postgres.indexes.invalid': 1 }),
  shows('a slot keeps the log', `postgres-replication-slot-inactive@${POSTGRES}`, {
    'postgres.replication.inactive_slots': 1,
    'postgres.replication.inactive_retained_bytes': 3 * 2 ** 30,
  }),
  shows('late runs are not marked', `late-runs-unmarked@${POSTGRES}`, {
    'postgres.flow_runs.late_unmarked': 4,
    'postgres.flow_runs.late_unmarked_oldest_seconds': ages(90),
  }),
  shows('runs are stuck pending', `stuck-pending@${POSTGRES}`, {
    'postgres.flow_runs.stuck_pending': 3,
    'postgres.flow_runs.stuck_pending_oldest_seconds': ages(700),
  }),
  shows('runs are stuck cancelling', `stuck-cancelling@${POSTGRES}`, {
    'postgres.flow_runs.stuck_cancelling': 3,
    'postgres.flow_runs.stuck_cancelling_oldest_seconds': ages(700),
  }),
  shows('a pool has no worker', `work-pool-not-ready@${POSTGRES}`, {
    'postgres.work_pools.not_ready_in_use': 1,
  }),
  shows('workers are gone unnoticed', `workers-stale@${POSTGRES}`, { 'postgres.workers.stale_online': 2 }),
  shows('pending runs hold a pool', `pool-slots-held-by-pending@${POSTGRES}`, {
    'postgres.work_pools.stalled_by_pending': 1,
  }),
  shows('the events table is large', `events-table-large@${POSTGRES}`, {
    'postgres.events.rows': 6_000_000,
    'postgres.events.bytes': 12 * 2 ** 30,
  }),
];

const OF_REDIS: readonly Fault[] = [
  shut('Redis is down', `redis-down@${REDIS}`, 'refused', { 'redis.up': 0 }),
  shows('Redis is nearly full', `redis-memory-high@${REDIS}`, {
    'redis.memory.used_bytes': 0.8 * 2 ** 28,
    'redis.memory.used_percent': 80,
  }),
  shows('Redis evicts', `redis-evicting@${REDIS}`, { 'redis.evictions': more(600) }),
  shows('Redis was flushed', `redis-flushed@${REDIS}`, {
    'redis.flushes': more(1),
    'redis.keys': 12,
  }),
  shows('Redis refuses writes', `redis-refusing-writes@${REDIS}`, {
    'redis.writes_refused': { OOM: more(30) },
  }),
  shows('Redis turns clients away', `redis-rejecting-connections@${REDIS}`, {
    'redis.connections.rejected': more(30),
  }),
  shows('Redis has too many clients', `redis-clients-high@${REDIS}`, {
    'redis.clients': 8500,
    'redis.clients.used_percent': 85,
  }),
  shows('Redis cannot save', `redis-persistence-failing@${REDIS}`, { 'redis.persistence.failing': 1 }),
  shows('the worker of a docket is dead', `docket-no-live-worker@${REDIS}`, {
    'redis.docket.workers': { prefect: 0 },
    'redis.docket.heartbeat_age_seconds': { prefect: ages(60) },
  }),
  shows('tasks pile up in a docket', `docket-backlog-growing@${REDIS}`, {
    'redis.docket.backlog': { 'prefect-server': (minutes) => 200 + 60 * minutes },
  }),
  shows('a periodic service stopped', `perpetual-stopped@${REDIS}`, {
    'redis.perpetual.last_start_age_seconds': { monitor_worker_health: ages(90) },
  }),
  shows('a periodic service is late', `perpetual-behind@${REDIS}`, {
    'redis.perpetual.last_start_age_seconds': { monitor_worker_health: 50 },
  }),
  shows('a consumer asks no more', `consumer-silent@${REDIS}`, {
    'redis.consumer.idle_seconds': { 'event-persister': ages(90) },
    'redis.consumer.lag': { 'event-persister': 40 },
  }),
  shows('a consumer falls behind', `consumer-lagging@${REDIS}`, {
    'redis.consumer.lag': { 'task-run-recorder': (minutes) => 1500 + 300 * minutes },
  }),
  shows('a consumer was never started', `consumer-missing@${REDIS}`, {
    'redis.consumer.present': { 'task-run-recorder': 0 },
  }),
  shows('messages become dead letters', `dead-letters-growing@${REDIS}`, { 'redis.dead_letters': more(3) }),
];

const OF_PREFECT: readonly Fault[] = [
  shut('the API is down', `prefect-api-down@${PREFECT}`, 'refused', { 'prefect.up': 0 }),
  shows('the API is not ready', `prefect-not-ready@${PREFECT}`, { 'prefect.ready': 0 }),
  shows('the API reaches its database slowly', `prefect-ready-slow@${PREFECT}`, { 'prefect.ready_ms': 2500 }),
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
];

const said = (signature: string, count: number) => ({ 'logs.signature': { [signature]: count } });
const OF_LOGS: readonly Fault[] = [
  shows('sign-ins fail', `auth-errors@${LOGS}`, { 'logs.auth_errors': 12 }),
  shows('services lose their database', `db-connection-errors@${LOGS}`, { 'logs.database_errors': 12 }),
  shows('queries are slow', `slow-query-warnings@${LOGS}`, { 'logs.slow_queries': 30 }),
  shows('HTTP/2 breaks', `http2-protocol-error@${LOGS}`, said('h2-protocol-error', 1)),
  shows('connections are reset', `connection-reset@${LOGS}`, said('httpx-read-error', 9)),
  shows('parameters are invalid', `invalid-parameters@${LOGS}`, said('invalid-parameters', 1)),
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
