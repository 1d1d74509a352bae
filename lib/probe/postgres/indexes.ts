import type pg from 'pg';
import * as v from 'valibot';
import type { Collector } from '../collector.ts';

/** Sizes as of the last vacuum or analyze: asking the file system for each would take a lock on it. */
const INDEXES = `
  SELECT n.nspname AS schema, t.relname AS table, c.relname AS index,
         (c.relpages * current_setting('block_size')::float8) AS bytes,
         pg_stat_get_numscans(c.oid)::float8                  AS scans,
         pg_stat_get_tuples_returned(c.oid)::float8           AS tuples_read,
         pg_stat_get_tuples_fetched(c.oid)::float8            AS tuples_fetched,
         (i.indisunique OR i.indisexclusion)                  AS constrains,
         pg_is_in_recovery()                                  AS standby
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
  JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname !~ '^pg_'
  ORDER BY c.relpages DESC, 1, 2, 3`;

const Index = v.object({
  schema: v.string(),
  table: v.string(),
  index: v.string(),
  bytes: v.number(),
  scans: v.number(),
  tuples_read: v.number(),
  tuples_fetched: v.number(),
  constrains: v.boolean(),
  standby: v.boolean(),
});
type Index = v.InferOutput<typeof Index>;

const SHOWN = 20;

const bytesOf = (all: readonly Index[]): number => all.reduce((sum, { bytes }) => sum + bytes, 0);

/** How large the indexes are and what each is used for, since the statistics were reset. */
export const indexes: Collector<pg.Client> = {
  name: 'indexes',
  tier: 'quarter-hour',
  signals: ['postgres.indexes.bytes', 'postgres.indexes.unused_bytes'],
  cheap: 'reads the catalogue and shared memory, a row an index',
  async collect(client) {
    const all = v.parse(v.array(Index), (await client.query(INDEXES)).rows);
    const unused = all.filter((i) => i.scans === 0 && !i.constrains);
    const elsewhere = { reason: 'missing', detail: 'a standby counts only its own scans' } as const;
    return {
      samples: [
        { signal: 'postgres.indexes.bytes', value: bytesOf(all) },
        {
          signal: 'postgres.indexes.unused_bytes',
          value: all.some((i) => i.standby) ? elsewhere : bytesOf(unused),
        },
      ],
      facts: { indexes: all.slice(0, SHOWN).map(({ constrains: _c, standby: _s, ...index }) => index) },
    };
  },
};
