import type { Remedy } from '../../model/finding.ts';

/** What helps when Prefect's queries over runs are slow: statistics first, for they cost nothing. */
export const ANALYZE: Remedy = {
  text: 'Bring the statistics of the planner up to date.',
  command: 'ANALYZE;',
};
export const indexUse = (table: string): Remedy => ({
  text: `See whether the indexes of ${table} are there, valid and used.`,
  command: `SELECT i.indexrelid::regclass AS index, x.indisvalid AS valid, pg_size_pretty(pg_relation_size(i.indexrelid)) AS size, i.idx_scan AS scans FROM pg_stat_user_indexes i JOIN pg_index x USING (indexrelid) WHERE i.relname = '${table}' ORDER BY i.idx_scan DESC;`,
});
export const KEEP_LESS: Remedy = {
  text: 'Keep fewer old runs: the vacuum service deletes them when told to.',
  command: 'prefect config view --show-defaults | grep DB_VACUUM',
};
export const LARGER_POOL: Remedy = {
  text: 'Give the server more connections: set them in its environment, and restart it.',
  command:
    'PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE=60 PREFECT_SERVER_DATABASE_SQLALCHEMY_MAX_OVERFLOW=10 PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_TIMEOUT=30',
};

/** What slows the database down slows every request that waits for it. */
export const DATABASE_CAUSES = [
  'postgres-down',
  'postgres-lock-contention',
  'postgres-connections-high',
  'postgres-cpu-high',
  'statistics-stale',
] as const;
