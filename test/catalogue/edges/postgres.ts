import { by, criticalWithout, type Edge, type FixedEdge, fixed, warningWithOne } from './edge.ts';

const MEBIBYTE = 2 ** 20;
const DAY_SECONDS = 86_400;

/** PostgreSQL itself. */
export const POSTGRES_EDGES: Readonly<Record<string, Edge | FixedEdge>> = {
  'postgres-down': criticalWithout(by('postgres.up')),
  'postgres-connections-high': by('postgres.connections.used_percent'),
  'db-pool-exhausted': by('postgres.pool.used_percent'),
  'postgres-lock-contention': by('postgres.blocked.longest_wait_seconds', { 'postgres.blocked.sessions': 3 }),
  'postgres-cpu-high': by('postgres.cpu.used_percent'),
  'postgres-memory-low': by('postgres.memory.free_bytes'),
  'disk-nearly-full': by('postgres.storage.free_percent', { 'postgres.storage.free_bytes': 900 * MEBIBYTE }),
  'postgres-idle-in-transaction': by('postgres.transaction.oldest_idle_seconds'),
  'postgres-long-transaction': by('postgres.transaction.oldest_seconds'),
  'postgres-deadlocks': by('postgres.deadlocks.per_minute'),
  'postgres-wraparound': by('postgres.wraparound.freeze_percent', { 'postgres.wraparound.used_percent': 10 }),
  'postgres-replication-slot-inactive': by('postgres.replication.inactive_retained_bytes'),
  'postgres-invalid-index': warningWithOne(by('postgres.indexes.invalid')),
  'postgres-below-minimum-size': fixed(
    'info',
    99,
    100,
  )({
    at: (gib) => ({
      values: {
        'postgres.storage.free_bytes': (gib / 2) * 1024 * MEBIBYTE,
        'postgres.storage.free_percent': 50,
      },
      facts: { minimum: { storageGiB: 100 } },
    }),
  }),
  'below-minimum-version': fixed('info', 13_9999, 14_0000)(by('postgres.version_number')),
  'statistics-stale': {
    at: (value) => ({
      values: {
        'postgres.table.modified_percent': { flow_run: value },
        'postgres.table.rows': { flow_run: 10_000 },
        'postgres.table.analyze_age_seconds': { flow_run: DAY_SECONDS },
      },
    }),
  },
  'slow-statements-logged': by('postgres-log.slow_statements'),
};
