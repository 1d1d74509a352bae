import type pg from 'pg';
import * as v from 'valibot';
import type { Collector } from '../collector.ts';

/**
 * An index being built is invalid until it is done, and no fault; a role without pg_monitor does not see which are
 * being built and counts them too. A partitioned index is invalid by design until its partitions have theirs.
 */
const INVALID = `
  SELECT n.nspname AS schema, c.relname AS index, t.relname AS table
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
  JOIN pg_class t ON t.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT (i.indisvalid AND i.indisready AND i.indislive)
    AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
  ORDER BY 1, 2`;

const Indexes = v.array(v.object({ schema: v.string(), index: v.string(), table: v.string() }));

const SHOWN = 10;

/** Indexes that cost every write and serve no query, as an interrupted CREATE INDEX CONCURRENTLY leaves them. */
export const invalidIndexes: Collector<pg.Client> = {
  name: 'invalid-indexes',
  tier: 'minute',
  signals: ['postgres.indexes.invalid'],
  cheap: 'reads the catalogue of indexes, a row each',
  async collect(client) {
    const found = v.parse(Indexes, (await client.query(INVALID)).rows);
    return {
      samples: [{ signal: 'postgres.indexes.invalid', value: found.length }],
      ...(found.length > 0 && { facts: { invalid_indexes: found.slice(0, SHOWN) } }),
    };
  },
};
