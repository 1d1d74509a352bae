import { by, byLabelled, criticalWithout, type Edge, type FixedEdge, fixed, warningWithOne } from './edge.ts';

/** Its loss is bearable: findings that are worse where work lives begin here by their threshold. */
const CACHE = 'redis/cache';
const MEBIBYTE = 2 ** 20;

/** Redis itself. */
export const REDIS_EDGES: Readonly<Record<string, Edge | FixedEdge>> = {
  'redis-down': criticalWithout(by('redis.up')),
  // Witnessed at 2, a short while ago at 1.
  'redis-restarted-empty': {
    target: CACHE,
    at: (how) => ({
      values: {
        'redis.restarted': how >= 2 ? 1 : 0,
        'redis.uptime_seconds': how >= 1 ? 60 : 86_400,
        'redis.keys': 12,
      },
    }),
  },
  'redis-flushed': fixed('critical', 0.01, 0)(by('redis.flushes_per_minute', { 'redis.keys': 12 })),
  'redis-refusing-writes': fixed('critical', 0.01, 0)(byLabelled('redis.writes_refused_per_minute', 'OOM')),
  'redis-memory-high': by('redis.memory.used_percent', {
    'redis.memory.used_bytes': 90 * MEBIBYTE,
    'redis.memory.limit_bytes': 100 * MEBIBYTE,
  }),
  'redis-evicting': { ...by('redis.evictions_per_second'), target: CACHE },
  'redis-rejecting-connections': fixed('critical', 0.01, 0)(by('redis.connections.rejected_per_minute')),
  'redis-clients-high': by('redis.clients.used_percent', { 'redis.clients': 90, 'redis.clients.limit': 100 }),
  'redis-cpu-high-streams': by('redis.cpu.used_percent'),
  'redis-hit-ratio-low-cache': {
    ...by('redis.keyspace.hit_ratio_percent', { 'redis.keyspace.misses_per_second': 5 }),
    target: CACHE,
  },
  'redis-replica-link-down': fixed('warning', 0, 1)(by('redis.replication.link_up')),
  'redis-persistence-failing': warningWithOne(by('redis.persistence.failing')),
  'redis-eviction-policy': fixed(
    'info',
    1,
    0,
  )({
    at: (evicts) => ({
      values: { 'redis.memory.limit_bytes': 100 * MEBIBYTE },
      facts: { maxmemory_policy: evicts === 1 ? 'allkeys-lru' : 'noeviction' },
    }),
  }),
  'redis-below-minimum-size': fixed(
    'info',
    1536 * MEBIBYTE - 1,
    1536 * MEBIBYTE,
  )(by('redis.memory.limit_bytes', {}, { minimum: { memoryGiB: 2 } })),
  'redis-below-minimum-version': fixed('info', 60_199, 60_200)(by('redis.version_number')),
};
