import { signalsOf } from '../signal.ts';

/** What sessions and clients do, as pg_stat_activity shows it. */
export const POSTGRES_ACTIVITY_SIGNALS = signalsOf('postgres')({
  'postgres.transaction.oldest_seconds': {
    metric: 'PostgresOldestTransaction',
    unit: 'Seconds',
    nature: 'gauge',
    help: 'age of the oldest open transaction of a client of this database',
    from: 'pg_stat_activity',
  },
  'postgres.transaction.oldest_idle_seconds': {
    metric: 'PostgresOldestIdleInTransaction',
    unit: 'Seconds',
    nature: 'gauge',
    help: 'how long a client of this database has kept a transaction open without doing anything, at the longest',
    from: 'pg_stat_activity',
  },
  'postgres.query.longest_seconds': {
    metric: 'PostgresLongestQuery',
    unit: 'Seconds',
    nature: 'gauge',
    help: 'how long the longest running statement of a client of this database has taken so far',
    from: 'pg_stat_activity',
  },
  'postgres.clients.connections': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    label: 'application',
    help: 'sessions by the name clients give themselves; the ten with the most',
    from: 'pg_stat_activity',
  },
  'postgres.clients.busiest': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    help: 'sessions of the client (application, role and address together) that holds the most',
    from: 'pg_stat_activity',
  },
  'postgres.pool.used_percent': {
    metric: 'PrefectPoolUsed',
    unit: 'Percent',
    nature: 'derived',
    help: 'connections in use of the fullest pool of a Prefect process, against pool_size and max_overflow together',
    from: 'pg_stat_activity and GET /admin/settings',
  },
  'postgres.clients.limit_used_percent': {
    metric: null,
    unit: 'Percent',
    nature: 'gauge',
    label: 'holder',
    help: 'sessions as a share of the CONNECTION LIMIT of each role, and of this database, that has one',
    from: 'pg_roles, pg_database, pg_stat_activity',
  },
});
