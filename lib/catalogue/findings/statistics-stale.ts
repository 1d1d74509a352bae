import type { Remedy } from '../../model/finding.ts';
import type { Reading } from '../../model/reading.ts';
import type { FindingDefinition, Look } from '../finding.ts';
import { sqlName } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';
import { type Table, tablesIn } from './postgres-table.ts';

const DAY_SECONDS = 24 * 60 * 60;
/** With fewer rows any plan is a good one. */
const ROWS_MIN = 10_000;
const ANALYZE_SCALE_FACTOR = 0.02;

/** The largest indexes, and whether queries use them: a plan made for another table leaves them aside. */
const SEE_INDEXES: Remedy = {
  text: 'If queries stay slow, see whether the large indexes are used at all.',
  command:
    "SELECT schemaname, relname AS tablename, indexrelname AS indexname, pg_size_pretty(pg_relation_size(indexrelid)) AS index_size, idx_scan AS index_scans, idx_tup_read AS tuples_read, idx_tup_fetch AS tuples_fetched FROM pg_stat_user_indexes WHERE schemaname = 'public' ORDER BY pg_relation_size(indexrelid) DESC LIMIT 20;",
};

interface Stale {
  readonly label: string;
  readonly percent: number;
  /** Null for a table never analysed at all. */
  readonly days: number | null;
}

/** By table, what a signal reads; a table whose value is unknown is left out. */
const valuesByTable = (readings: readonly Reading[]): ReadonlyMap<string, number> =>
  new Map(
    readings.flatMap((r) =>
      r.value === null || r.labels?.table === undefined ? [] : [[r.labels.table, r.value]],
    ),
  );

/**
 * Large tables not analysed for a day. When that was is forgotten in a crash: a table without a time counts only if
 * the planner has nothing on it at all, as after a major upgrade.
 */
function notAnalysed(look: Look, tables: readonly Table[]): readonly Stale[] {
  const rows = valuesByTable(look.all('postgres.table.rows'));
  const ages = valuesByTable(look.all('postgres.table.analyze_age_seconds'));
  return [...valuesByTable(look.all('postgres.table.modified_percent'))].flatMap(
    ([label, percent]): readonly Stale[] => {
      if ((rows.get(label) ?? 0) < ROWS_MIN) return [];
      const age = ages.get(label);
      if (age === undefined) {
        const bare = tables.find((t) => t.table === label)?.has_statistics === false;
        return bare ? [{ label, percent, days: null }] : [];
      }
      return age < DAY_SECONDS ? [] : [{ label, percent, days: age / DAY_SECONDS }];
    },
  );
}

const said = ({ label, percent, days }: Stale): string =>
  `${label}: ${percent.toFixed(0)} % of its rows were written since it was ${days === null ? 'created, and it was never analysed' : `last analysed ${days.toFixed(1)} days ago`}`;

export const statisticsStale: FindingDefinition = {
  ...MINUTELY,
  id: 'statistics-stale',
  kinds: ['postgres'],
  component: 'database',
  title: 'The planner works with old statistics',
  needs: ['postgres.table.modified_percent', 'postgres.table.rows'],
  thresholds: { warning: { enter: 20, leave: 10 } },
  meaning:
    'A large table was not analysed for a day, and more of its rows were written since than the threshold, in percent.',
  impact:
    'Queries that were fast take ever longer, because plans are made for the table as it was: run lists, counts and the scheduler first.',
  remedy: [
    { text: 'Refresh the statistics; this only reads, and takes seconds.', command: 'ANALYZE;' },
    SEE_INDEXES,
  ],
  causes: [],
  source: ['Query performance degrading over time due to stale statistics'],
  judge: (look) => {
    const tables = tablesIn(look.facts);
    const stale = notAnalysed(look, tables).toSorted((a, b) => b.percent - a.percent);
    const [worst] = stale;
    if (worst === undefined) return null;
    const severity = look.level(worst.percent);
    if (severity === null) return null;
    const nameOf = ({ label }: Stale) => {
      const table = tables.find((t) => t.table === label);
      return table === undefined ? [] : [sqlName(table.schema, table.name)];
    };
    const bad = stale.filter((s) => look.level(s.percent) !== null);
    const names = bad.flatMap(nameOf);
    return {
      severity,
      evidence: bad.map((s) => ({
        text: said(s),
        signal: 'postgres.table.modified_percent',
        value: s.percent,
        threshold: look.threshold(severity),
      })),
      ...(names.length > 0 && {
        remedy: [
          {
            text: 'Refresh the statistics; this only reads, and takes seconds.',
            command: `ANALYZE ${names.join(', ')};`,
          },
          {
            text: 'Have autovacuum do so earlier for tables of this size.',
            command: names
              .map((n) => `ALTER TABLE ${n} SET (autovacuum_analyze_scale_factor = ${ANALYZE_SCALE_FACTOR});`)
              .join(' '),
          },
          SEE_INDEXES,
        ],
      }),
    };
  },
};
