import { tooManyInLogs } from './log-rates.ts';

export const dbConnectionErrors = tooManyInLogs(
  { signal: 'logs.database_errors', theme: 'database', of: 'failures of PostgreSQL or Redis' },
  {
    id: 'db-connection-errors',
    component: 'databases',
    title: "Prefect's processes fail on their databases",
    thresholds: { warning: { enter: 3, leave: 1 }, critical: { enter: 60, leave: 20 } },
    meaning:
      'Servers or background services say that PostgreSQL or Redis refuses them, cuts them off, has no connection left or takes too long. They say so before a probe from outside need notice: it has a connection of its own.',
    impact: 'Requests end with an error 500 or 503, and background work is tried again or lost.',
    remedy: [
      {
        text: 'See who holds the connections.',
        command:
          'SELECT application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2 ORDER BY 3 DESC;',
      },
      {
        text: "Where the pool is exhausted (db-pool-exhausted), enlarge each process's.",
        command:
          'PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE=60 PREFECT_SERVER_DATABASE_SQLALCHEMY_MAX_OVERFLOW=10',
      },
    ],
    causes: [
      'postgres-down',
      'redis-down',
      'postgres-connections-high',
      'postgres-lock-contention',
      'redis-refusing-writes',
    ],
    source: ['Prefect, Monitoring the Stack: Database connection errors'],
  },
);
