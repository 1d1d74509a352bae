import * as v from 'valibot';
import { isWorse, type Severity } from '../../model/severity.ts';
import type { FindingDefinition } from '../finding.ts';
import { sqlName } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';

const Wraparound = v.object({
  database: v.string(),
  transactions: v.number(),
  freeze_max_age: v.number(),
  oldest_table: v.optional(v.object({ schema: v.string(), name: v.string(), transactions: v.number() })),
});

/** Where there is no threshold to choose: half way to the end, and where PostgreSQL itself drops all caution. */
const USED_PERCENT = { warning: 50, critical: 75 } as const;

function worseOf(a: Severity | null, b: Severity | null): Severity | null {
  if (a === null || b === null) return a ?? b;
  return isWorse(a, b) ? a : b;
}

export const postgresWraparound: FindingDefinition = {
  ...MINUTELY,
  id: 'postgres-wraparound',
  kinds: ['postgres'],
  component: 'database',
  title: 'Transaction numbers are running out',
  needs: ['postgres.wraparound.freeze_percent', 'postgres.wraparound.used_percent'],
  thresholds: { warning: { enter: 200, leave: 150 }, critical: { enter: 500, leave: 400 } },
  meaning:
    'Old rows were not frozen in time: the age is a multiple (in percent) of the one at which autovacuum has to freeze, so something keeps it from doing so.',
  impact:
    'Shortly before 2^31 the server refuses every write until a vacuum has run, for hours on large tables: Prefect stands still.',
  remedy: [
    {
      text: 'See what holds it back: an old transaction, a prepared one, or a replication slot.',
      command:
        "SELECT 'session ' || pid AS holder, age(backend_xmin) FROM pg_stat_activity WHERE backend_xmin IS NOT NULL UNION ALL SELECT 'prepared ' || gid, age(transaction) FROM pg_prepared_xacts UNION ALL SELECT 'slot ' || slot_name, age(coalesce(catalog_xmin, xmin)) FROM pg_replication_slots ORDER BY 2 DESC NULLS LAST LIMIT 5;",
    },
    { text: 'Then freeze the database by hand.', command: 'VACUUM (FREEZE, VERBOSE);' },
  ],
  causes: ['postgres-idle-in-transaction', 'postgres-long-transaction', 'postgres-replication-slot-inactive'],
  source: ['PostgreSQL, Preventing transaction id wraparound failures'],
  judge: (look) => {
    const freeze = look.value('postgres.wraparound.freeze_percent');
    const used = look.value('postgres.wraparound.used_percent');
    const byUse =
      used >= USED_PERCENT.critical ? 'critical' : used >= USED_PERCENT.warning ? 'warning' : null;
    const severity = worseOf(look.level(freeze), byUse);
    if (severity === null) return null;
    const parsed = v.safeParse(Wraparound, look.facts.wraparound);
    const fact = parsed.success ? parsed.output : null;
    const table = fact?.oldest_table;
    const [holders] = postgresWraparound.remedy;
    return {
      severity,
      evidence: [
        {
          text: `the age is ${freeze.toFixed(0)} % of the one at which autovacuum has to freeze`,
          signal: 'postgres.wraparound.freeze_percent',
          value: freeze,
          threshold: look.threshold(severity),
        },
        {
          text: `${used.toFixed(1)} % of all transaction numbers are in use`,
          signal: 'postgres.wraparound.used_percent',
          value: used,
          threshold: USED_PERCENT[severity === 'critical' ? 'critical' : 'warning'],
        },
        ...(fact === null ? [] : [{ text: `database ${fact.database}: ${fact.transactions} transactions` }]),
      ],
      ...(holders !== undefined &&
        table !== undefined && {
          remedy: [
            holders,
            {
              text: `Then freeze the oldest table, ${table.name}.`,
              command: `VACUUM (FREEZE, VERBOSE) ${sqlName(table.schema, table.name)};`,
            },
          ],
        }),
    };
  },
};
