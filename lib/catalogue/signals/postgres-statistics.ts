import { signalsOf } from '../signal.ts';

/** The probe's own few dozen transactions a minute must not pass for traffic. */
const TRANSACTIONS_FLOOR = 200;
const BLOCKS_FLOOR = 10_000;

/** What the server counts of a database, and what follows from it between two probes. */
export const POSTGRES_STATISTICS_SIGNALS = signalsOf('postgres')({
  'postgres.deadlocks.total': {
    metric: null,
    unit: 'Count',
    nature: 'counter',
    help: 'deadlocks found in this database since its statistics were reset',
    from: 'pg_stat_database',
  },
  'postgres.deadlocks.per_minute': {
    metric: 'PostgresDeadlocks',
    unit: 'Count',
    nature: 'derived',
    derivation: { how: 'rate', of: 'postgres.deadlocks.total', times: 60 },
    help: 'deadlocks a minute, between two probes',
    from: 'pg_stat_database',
  },
  'postgres.transactions.committed': {
    metric: null,
    unit: 'Count',
    nature: 'counter',
    help: 'transactions committed in this database since its statistics were reset',
    from: 'pg_stat_database',
  },
  'postgres.transactions.rolled_back': {
    metric: null,
    unit: 'Count',
    nature: 'counter',
    help: 'transactions rolled back in this database since its statistics were reset',
    from: 'pg_stat_database',
  },
  'postgres.transactions.rollback_percent': {
    metric: 'PostgresRollbacks',
    unit: 'Percent',
    nature: 'derived',
    derivation: {
      how: 'share',
      of: 'postgres.transactions.rolled_back',
      within: ['postgres.transactions.committed', 'postgres.transactions.rolled_back'],
      floor: TRANSACTIONS_FLOOR,
    },
    help: 'transactions that were rolled back, between two probes',
    from: 'pg_stat_database',
  },
  'postgres.temporary.bytes': {
    metric: null,
    unit: 'Bytes',
    nature: 'counter',
    help: 'written to temporary files by sorts and joins too large for memory, since the statistics were reset',
    from: 'pg_stat_database',
  },
  'postgres.temporary.bytes_per_second': {
    metric: 'PostgresTemporaryBytes',
    unit: 'Bytes',
    nature: 'derived',
    derivation: { how: 'rate', of: 'postgres.temporary.bytes', times: 1 },
    help: 'written to temporary files a second, between two probes',
    from: 'pg_stat_database',
  },
  'postgres.buffers.hits': {
    metric: null,
    unit: 'Count',
    nature: 'counter',
    help: 'blocks of this database found in the buffer cache since its statistics were reset',
    from: 'pg_stat_database',
  },
  'postgres.buffers.reads': {
    metric: null,
    unit: 'Count',
    nature: 'counter',
    help: 'blocks of this database read from the operating system since its statistics were reset',
    from: 'pg_stat_database',
  },
  'postgres.buffers.hit_ratio_percent': {
    metric: 'PostgresBufferHitRatio',
    unit: 'Percent',
    nature: 'derived',
    derivation: {
      how: 'share',
      of: 'postgres.buffers.hits',
      within: ['postgres.buffers.hits', 'postgres.buffers.reads'],
      floor: BLOCKS_FLOOR,
    },
    help: 'blocks found in the buffer cache, between two probes',
    from: 'pg_stat_database',
  },
  'postgres.statements.worst_mean_ms': {
    metric: null,
    unit: 'Milliseconds',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: 'mean time of the statement that took most time in all, since the statistics were reset',
    from: 'pg_stat_statements',
  },
  'postgres.statements.worst_calls': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: 'how often that statement ran since the statistics were reset',
    from: 'pg_stat_statements',
  },
});
