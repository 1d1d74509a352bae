import { signalsOf } from '../signal.ts';

const ofTheLog = { metric: null, nature: 'gauge', from: 'logs:FilterLogEvents' } as const;

/** What PostgreSQL writes of its own slowness, in a log group of RDS, in one whole minute. */
export const POSTGRES_LOG_SIGNALS = signalsOf('postgres-log')({
  'postgres-log.up': {
    ...ofTheLog,
    unit: 'None',
    help: '1 when the log group can be read',
  },
  'postgres-log.silent': {
    ...ofTheLog,
    unit: 'None',
    help: '1 when nothing was shipped to the log group for an hour',
  },
  'postgres-log.records': {
    ...ofTheLog,
    unit: 'Count',
    help: 'records of any kind in the minute',
  },
  'postgres-log.truncated': {
    ...ofTheLog,
    unit: 'None',
    help: '1 when there is more in the minute than is read: what follows is not counted',
  },
  'postgres-log.slow_statements': {
    ...ofTheLog,
    unit: 'Count',
    help: 'statements of the minute that took longer than log_min_duration_statement, or than auto_explain’s',
  },
  'postgres-log.slowest_ms': {
    ...ofTheLog,
    unit: 'Milliseconds',
    help: 'the longest of them',
  },
  'postgres-log.lock_waits': {
    ...ofTheLog,
    unit: 'Count',
    help: 'sessions that were still waiting for a lock after deadlock_timeout (log_lock_waits)',
  },
  'postgres-log.longest_lock_wait_ms': {
    ...ofTheLog,
    unit: 'Milliseconds',
    help: 'how long the longest of them had waited when PostgreSQL said so',
  },
});
