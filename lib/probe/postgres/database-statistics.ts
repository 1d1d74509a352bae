import type pg from 'pg';
import * as v from 'valibot';
import type { Collector } from '../collector.ts';

/** Counted by the server since its statistics were last reset; rates and shares are worked out between two probes. */
const COUNTERS = `
  SELECT deadlocks::float8     AS "postgres.deadlocks.total",
         xact_commit::float8   AS "postgres.transactions.committed",
         xact_rollback::float8 AS "postgres.transactions.rolled_back",
         temp_bytes::float8    AS "postgres.temporary.bytes",
         blks_hit::float8      AS "postgres.buffers.hits",
         blks_read::float8     AS "postgres.buffers.reads"
  FROM pg_stat_database
  WHERE datname = current_database()`;

const SIGNALS = [
  'postgres.deadlocks.total',
  'postgres.transactions.committed',
  'postgres.transactions.rolled_back',
  'postgres.temporary.bytes',
  'postgres.buffers.hits',
  'postgres.buffers.reads',
];

const Counters = v.record(v.picklist(SIGNALS), v.number());

/** What happened in this database since its statistics were reset. */
export const databaseStatistics: Collector<pg.Client> = {
  name: 'database-statistics',
  tier: 'minute',
  signals: SIGNALS,
  cheap: 'reads one row of shared memory',
  async collect(client) {
    const counters = v.parse(Counters, (await client.query(COUNTERS)).rows[0]);
    return { samples: Object.entries(counters).map(([signal, value]) => ({ signal, value })) };
  },
};
