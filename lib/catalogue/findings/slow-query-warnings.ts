import { tooManyInLogs } from './log-rates.ts';

export const slowQueryWarnings = tooManyInLogs(
  {
    signal: 'logs.slow_queries',
    theme: 'slow-query',
    of: 'warnings of slow statements or long waits for locks',
  },
  {
    id: 'slow-query-warnings',
    component: 'databases',
    title: 'The logs tell of slow statements',
    thresholds: { warning: { enter: 10, leave: 3 } },
    meaning:
      'Statements take longer than what PostgreSQL, or a service, is set to report, minute after minute: the database is too small, an index is missing, or its statistics are old.',
    impact: 'Every request that rests on them waits, and holds a connection of the pool meanwhile.',
    remedy: [
      { text: 'Bring the statistics up to date.', command: 'ANALYZE;' },
      {
        text: 'See which statements cost most.',
        command:
          'SELECT calls, mean_exec_time, query FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 10;',
      },
    ],
    causes: [
      'postgres-lock-contention',
      'postgres-cpu-high',
      'statistics-stale',
      'postgres-long-transaction',
    ],
    source: ['Prefect, Monitoring the Stack: Slow query warnings'],
  },
);
