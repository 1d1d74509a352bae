import { ages, befalling, type Fault, isVended, more, shows, shut } from '../fault.ts';
import { NO_CONSUMERS, NO_DOCKET, NO_SERVICES } from './emptied.ts';
import { REDIS } from './places.ts';

/** What goes wrong with a Redis that does everything. */
const OF_MAIN: readonly Fault[] = [
  shut('Redis is down', `redis-down@${REDIS}`, 'refused', { 'redis.up': 0 }),
  shows('Redis is nearly full', `redis-memory-high@${REDIS}`, {
    'redis.memory.used_bytes': 0.8 * 2 ** 28,
    'redis.memory.used_percent': 80,
  }),
  shows('Redis evicts', `redis-evicting@${REDIS}`, { 'redis.evictions': more(600) }),
  shows(
    'Redis was flushed',
    `redis-flushed@${REDIS}`,
    { 'redis.flushes': more(1), 'redis.keys': 12, ...NO_SERVICES, ...NO_CONSUMERS },
    {},
    { brings: [`perpetual-missing@${REDIS}`, `consumer-missing@${REDIS}`] },
  ),
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
  shows(
    'Redis came back without data, and nobody to it',
    `redis-restarted-empty@${REDIS}`,
    {
      'redis.uptime_seconds': ages(20),
      'redis.keys': 12,
      'redis.keys.loaded_at_start': 0,
      ...NO_DOCKET,
      ...NO_SERVICES,
      ...NO_CONSUMERS,
    },
    {},
    { brings: [`docket-not-watched@${REDIS}`] },
  ),
  isVended("Redis's one thread is busy", `redis-cpu-high-streams@${REDIS}`, {
    'redis.engine_cpu.used_percent': 93,
  }),
];

/** What goes wrong with the Redis of Customer-Managed Prefect, one for each role. */
const OF_ROLES = befalling('managed', [
  shows('the cache misses', 'redis-hit-ratio-low-cache@redis/cache', { 'redis.keyspace.misses': more(3000) }),
  shows('a replica lost its master', 'redis-replica-link-down@redis/replica', {
    'redis.replication.link_up': 0,
    'redis.replication.silent_seconds': ages(20),
  }),
  shows('a queue of ARQ grows', 'work-queue-growing@redis/work', {
    'redis.arq.due': { 'arq:queue': (minutes) => 200 + 60 * minutes },
    'redis.arq.oldest_due_seconds': { 'arq:queue': ages(90) },
  }),
  shows('a group of a stream falls behind', 'stream-group-lagging@redis/streams', {
    'redis.streams.group_lag': { 'events/ladler': (minutes) => 1500 + 300 * minutes },
    'redis.streams.largest_lag': (minutes) => 1500 + 300 * minutes,
  }),
]);

export const OF_REDIS: readonly Fault[] = [...OF_MAIN, ...OF_ROLES];
