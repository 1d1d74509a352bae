import type pg from 'pg';
import * as v from 'valibot';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';
import { isUnknown, orUnknown } from './sqlstate.ts';
import { LOCKED, labelOf, WATCHED, WATCHED_PARAMETERS } from './watched-tables.ts';

/**
 * Takes no lock on any of the tables. Rows: what vacuum or analyze last counted and what was written since. Without
 * either since the statistics began (a crash empties them) pg_class may know of more rows than they do.
 */
const TABLES = `
  WITH ${WATCHED},
  counted AS (
    SELECT w.*,
           pg_stat_get_live_tuples(oid)::float8          AS live,
           pg_stat_get_dead_tuples(oid)::float8          AS dead,
           pg_stat_get_mod_since_analyze(oid)::float8    AS modified,
           greatest(pg_stat_get_last_vacuum_time(oid), pg_stat_get_last_autovacuum_time(oid))   AS vacuumed,
           greatest(pg_stat_get_last_analyze_time(oid), pg_stat_get_last_autoanalyze_time(oid)) AS analyzed
    FROM watched w)
  SELECT schema, name, dead AS dead_rows, modified AS modified_rows,
         CASE WHEN coalesce(vacuumed, analyzed) IS NULL THEN greatest(reltuples, live) ELSE live END AS rows,
         extract(epoch FROM clock_timestamp() - vacuumed)::float8 AS vacuumed_seconds,
         extract(epoch FROM clock_timestamp() - analyzed)::float8 AS analyzed_seconds,
         reltuples >= 0 AS has_statistics,
         (SELECT option_value::float8 FROM pg_options_to_table(reloptions)
          WHERE option_name = 'autovacuum_analyze_scale_factor')  AS analyze_scale_factor,
         pg_is_in_recovery() AS standby
  FROM counted`;

/** With indexes and TOAST. A table whose parts are locked is left out rather than waited for. */
const SIZES = `
  WITH ${WATCHED}, ${LOCKED}
  SELECT schema, name, pg_total_relation_size(oid)::float8 AS bytes
  FROM watched w
  WHERE NOT EXISTS (
    SELECT FROM locked l
    WHERE l.relation IN (w.oid, w.reltoastrelid)
       OR l.relation IN (SELECT indexrelid FROM pg_index WHERE indrelid IN (w.oid, w.reltoastrelid)))`;

const Table = v.object({
  schema: v.string(),
  name: v.string(),
  rows: v.number(),
  dead_rows: v.number(),
  modified_rows: v.number(),
  vacuumed_seconds: v.nullable(v.number()),
  analyzed_seconds: v.nullable(v.number()),
  has_statistics: v.boolean(),
  analyze_scale_factor: v.nullable(v.number()),
  standby: v.boolean(),
});
type Table = v.InferOutput<typeof Table>;
const Sizes = v.array(v.object({ schema: v.string(), name: v.string(), bytes: v.number() }));

const LOCKED_AWAY: Unknown = {
  reason: 'timeout',
  detail: 'the table is locked: asking for its size would wait',
};
const NEVER: Unknown = { reason: 'missing', detail: 'never, as far back as the statistics go' };
const ON_PRIMARY: Unknown = { reason: 'missing', detail: 'only the primary counts this' };
const NO_TABLES: Unknown = { reason: 'missing', detail: 'the database holds no tables' };

const SIGNALS = [
  'postgres.table.rows',
  'postgres.table.bytes',
  'postgres.table.dead_rows',
  'postgres.table.modified_percent',
  'postgres.table.vacuum_age_seconds',
  'postgres.table.analyze_age_seconds',
];

/** Another session may lock a table between our looking and our asking: then the sizes are unknown this time. */
async function sizes(client: pg.Client): Promise<ReadonlyMap<string, number> | Unknown> {
  const result = await orUnknown(client.query(SIZES, WATCHED_PARAMETERS));
  if (isUnknown(result)) return result;
  return new Map(v.parse(Sizes, result.rows).map((r) => [labelOf(r), r.bytes]));
}

function samplesOf(table: Table, bytes: number | Unknown): readonly Sample[] {
  const labels = { table: labelOf(table) };
  const counted = (value: number | Unknown) => (table.standby ? ON_PRIMARY : value);
  return [
    { signal: 'postgres.table.rows', value: table.rows, labels },
    { signal: 'postgres.table.bytes', value: bytes, labels },
    { signal: 'postgres.table.dead_rows', value: counted(table.dead_rows), labels },
    {
      signal: 'postgres.table.modified_percent',
      value: counted((100 * table.modified_rows) / Math.max(1, table.rows)),
      labels,
    },
    {
      signal: 'postgres.table.vacuum_age_seconds',
      value: counted(table.vacuumed_seconds ?? NEVER),
      labels,
    },
    {
      signal: 'postgres.table.analyze_age_seconds',
      value: counted(table.analyzed_seconds ?? NEVER),
      labels,
    },
  ];
}

/** How many rows the tables hold, how large they are, and how far vacuum and analyze are behind. */
export const tables: Collector<pg.Client> = {
  name: 'tables',
  tier: 'minute',
  signals: SIGNALS,
  cheap: 'reads the catalogue and shared memory for a dozen tables, and the sizes of their files',
  async collect(client) {
    const found = v.parse(v.array(Table), (await client.query(TABLES, WATCHED_PARAMETERS)).rows);
    if (found.length === 0) return { samples: SIGNALS.map((signal) => ({ signal, value: NO_TABLES })) };
    const measured = await sizes(client);
    const bytesOf = (table: Table) =>
      isUnknown(measured) ? measured : (measured.get(labelOf(table)) ?? LOCKED_AWAY);
    return {
      samples: found.flatMap((table) => samplesOf(table, bytesOf(table))),
      facts: {
        tables: found.map(({ standby: _, ...table }) => ({
          ...table,
          table: labelOf(table),
          bytes: isUnknown(measured) ? null : (measured.get(labelOf(table)) ?? null),
        })),
      },
    };
  },
};
