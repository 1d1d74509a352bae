import { ages, type Fault, more, shows, shut } from './fault.ts';

const POSTGRES = 'postgres/orion';
const REDIS = 'redis/main';

const SESSIONS = [
  { application: 'prefect-api', user: 'prefect', client: '10.0.0.1', here: 15, busy_here: 15 },
];

/** What goes wrong with PostgreSQL, and with what Prefect keeps in it. */
export const OF_POSTGRES: readonly Fault[] = [
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
  shows('events are not recorded', `events-not-recorded@${POSTGRES}`, {
    'postgres.recording.overdue_seconds': { EventPersister: ages(90) },
  }),
  shows('the events table is large', `events-table-large@${POSTGRES}`, {
    'postgres.events.rows': 6_000_000,
    'postgres.events.bytes': 12 * 2 ** 30,
  }),
];

/** What goes wrong with Redis, and with the work that waits in it. */
export const OF_REDIS: readonly Fault[] = [
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
  shows('runs of a periodic service fail', `perpetual-raising@${REDIS}`, {
    'redis.perpetual.raised': { monitor_late_runs: 1 },
    'redis.perpetual.duration_ms': { monitor_late_runs: 10_014 },
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
  shows('Redis came back without data', `redis-restarted-empty@${REDIS}`, {
    'redis.uptime_seconds': ages(20),
    'redis.keys': 12,
    'redis.keys.loaded_at_start': 0,
  }),
  shows('a queue of ARQ grows', `work-queue-growing@${REDIS}`, {
    'redis.arq.due': { 'arq:queue': (minutes) => 200 + 60 * minutes },
    'redis.arq.oldest_due_seconds': { 'arq:queue': ages(90) },
  }),
  shows('a group of a stream falls behind', `stream-group-lagging@${REDIS}`, {
    'redis.streams.group_lag': { 'events/ladler': (minutes) => 1500 + 300 * minutes },
  }),
  shows('messages become dead letters', `dead-letters-growing@${REDIS}`, { 'redis.dead_letters': more(3) }),
];
