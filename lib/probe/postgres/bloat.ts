import type pg from 'pg';
import * as v from 'valibot';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';
import { labelOf, WATCHED, WATCHED_PARAMETERS } from './watched-tables.ts';

/** Column widths as analyze sampled them; pg_stats shows only those of tables the role may read. */
const WIDTHS = `
  WITH ${WATCHED}
  SELECT w.schema, w.name, w.reltuples, w.relpages,
         current_setting('block_size')::float8 AS block_bytes,
         coalesce((SELECT option_value::float8 FROM pg_options_to_table(w.reloptions)
                   WHERE option_name = 'fillfactor'), 100)  AS fillfactor,
         pg_stat_get_live_tuples(w.oid)::float8             AS live_rows,
         pg_stat_get_dead_tuples(w.oid)::float8             AS dead_rows,
         has_table_privilege(w.oid, 'SELECT')               AS readable,
         pg_is_in_recovery()                                AS standby,
         count(*)::float8                                   AS columns,
         count(s.attname)::float8                           AS sampled,
         coalesce(sum((1 - s.null_frac) * s.avg_width), 0)::float8 AS data_bytes,
         coalesce(bool_or(s.null_frac > 0), false)          AS has_nulls
  FROM watched w
  JOIN pg_attribute a ON a.attrelid = w.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_stats s
    ON s.schemaname = w.schema AND s.tablename = w.name AND s.attname = a.attname AND NOT s.inherited
  GROUP BY w.oid, w.schema, w.name, w.reltuples, w.relpages, w.reloptions`;

const Widths = v.object({
  schema: v.string(),
  name: v.string(),
  reltuples: v.number(),
  relpages: v.number(),
  block_bytes: v.number(),
  fillfactor: v.number(),
  live_rows: v.number(),
  dead_rows: v.number(),
  readable: v.boolean(),
  standby: v.boolean(),
  columns: v.number(),
  sampled: v.number(),
  data_bytes: v.number(),
  has_nulls: v.boolean(),
});
export type Widths = Readonly<v.InferOutput<typeof Widths>>;

const PAGE_HEADER_BYTES = 24;
const LINE_POINTER_BYTES = 4;
const TUPLE_HEADER_BYTES = 23;
const ALIGNMENT_BYTES = 8;
/** Below a megabyte a handful of half-empty pages looks like bloat. */
const PAGES_MIN = 128;
const DEAD_ROWS_FLOOR = 1000;

const UNREADABLE: Unknown = { reason: 'permission', detail: 'the role lacks SELECT on the table' };
const UNSAMPLED: Unknown = { reason: 'missing', detail: 'the table was never analysed' };
const SMALL: Unknown = { reason: 'no-traffic', detail: 'the table is too small for an estimate' };
const ON_PRIMARY: Unknown = { reason: 'missing', detail: 'only the primary counts this' };
const NO_TABLES: Unknown = { reason: 'missing', detail: 'the database holds no tables' };

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;

/**
 * Estimates how much of a table's pages is empty, from how wide its rows are on average and how many there are: the
 * usual way without reading the table. Widths are sampled and padding between columns is not seen, so it is good to
 * about a tenth; it knows neither TOAST nor indexes; and it is as old as the last vacuum or analyze.
 */
function bloatOf(table: Widths): { readonly percent: number; readonly bytes: number } | Unknown {
  if (!table.readable) return UNREADABLE;
  if (table.reltuples < 0 || table.sampled < table.columns) return UNSAMPLED;
  if (table.relpages < PAGES_MIN) return SMALL;
  const nullMap = table.has_nulls ? Math.ceil(table.columns / 8) : 0;
  const rowBytes = aligned(TUPLE_HEADER_BYTES + nullMap) + aligned(table.data_bytes) + LINE_POINTER_BYTES;
  const usable = ((table.block_bytes - PAGE_HEADER_BYTES) * table.fillfactor) / 100;
  const rowsPerPage = Math.max(1, Math.floor(usable / rowBytes));
  const empty = Math.max(0, table.relpages - Math.ceil(table.reltuples / rowsPerPage));
  return { percent: (100 * empty) / table.relpages, bytes: empty * table.block_bytes };
}

function deadShareOf({ standby, live_rows, dead_rows }: Widths): number | Unknown {
  if (standby) return ON_PRIMARY;
  const rows = live_rows + dead_rows;
  return rows < DEAD_ROWS_FLOOR ? SMALL : (100 * dead_rows) / rows;
}

function samplesOf(table: Widths): readonly Sample[] {
  const labels = { table: labelOf(table) };
  const bloat = bloatOf(table);
  const estimated = 'reason' in bloat ? { percent: bloat, bytes: bloat } : bloat;
  return [
    { signal: 'postgres.table.dead_percent', value: deadShareOf(table), labels },
    { signal: 'postgres.table.bloat_percent', value: estimated.percent, labels },
    { signal: 'postgres.table.bloat_bytes', value: estimated.bytes, labels },
  ];
}

const SIGNALS = ['postgres.table.dead_percent', 'postgres.table.bloat_percent', 'postgres.table.bloat_bytes'];

/** How much of the tables is dead rows, and how much of their files an estimate says is empty. */
export const bloat: Collector<pg.Client> = {
  name: 'bloat',
  tier: 'quarter-hour',
  signals: SIGNALS,
  cheap: 'reads the statistics of a dozen tables, never the tables',
  async collect(client) {
    const found = v.parse(v.array(Widths), (await client.query(WIDTHS, WATCHED_PARAMETERS)).rows);
    if (found.length === 0) return { samples: SIGNALS.map((signal) => ({ signal, value: NO_TABLES })) };
    return { samples: found.flatMap(samplesOf) };
  },
};
