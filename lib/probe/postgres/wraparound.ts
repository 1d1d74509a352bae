import type pg from 'pg';
import * as v from 'valibot';
import type { Collector } from '../collector.ts';

/** Row versions cannot be told apart across more than half of the 32-bit numbers: the server stops just before. */
const NUMBERS = 2 ** 31;

/** Of every database: one that nobody looks at stops the whole server just the same. */
const AGES = `
  SELECT datname AS database,
         age(datfrozenxid)::float8      AS transactions,
         mxid_age(datminmxid)::float8   AS multixacts,
         current_setting('autovacuum_freeze_max_age')::float8           AS transactions_freeze_max,
         current_setting('autovacuum_multixact_freeze_max_age')::float8 AS multixacts_freeze_max
  FROM pg_database`;

/** Which table of this database holds it back, asked only once autovacuum should have seen to it. */
const OLDEST_TABLE = `
  SELECT n.nspname AS schema, c.relname AS name, age(c.relfrozenxid)::float8 AS transactions
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm', 't') AND c.relfrozenxid <> '0'
  ORDER BY age(c.relfrozenxid) DESC
  LIMIT 1`;

const Ages = v.array(
  v.object({
    database: v.string(),
    transactions: v.number(),
    multixacts: v.number(),
    transactions_freeze_max: v.number(),
    multixacts_freeze_max: v.number(),
  }),
);
const OldestTable = v.object({ schema: v.string(), name: v.string(), transactions: v.number() });

/** How far the oldest database is on its way to the end of its transaction numbers. */
export const wraparound: Collector<pg.Client> = {
  name: 'wraparound',
  tier: 'minute',
  signals: [
    'postgres.wraparound.age',
    'postgres.wraparound.used_percent',
    'postgres.wraparound.freeze_percent',
  ],
  cheap: 'reads the catalogue, a row a database',
  async collect(client) {
    const ages = v.parse(Ages, (await client.query(AGES)).rows);
    const ranked = ages
      .map((a) => ({
        ...a,
        used: Math.max(a.transactions, a.multixacts) / NUMBERS,
        overdue: Math.max(a.transactions / a.transactions_freeze_max, a.multixacts / a.multixacts_freeze_max),
      }))
      .toSorted((a, b) => b.used - a.used);
    const [oldest] = ranked;
    if (oldest === undefined) throw new RangeError('a server without a database');
    const overdue = Math.max(...ranked.map((a) => a.overdue));
    const table =
      overdue > 1 ? v.safeParse(OldestTable, (await client.query(OLDEST_TABLE)).rows[0]) : undefined;
    const { database, transactions, multixacts } = oldest;
    return {
      samples: [
        { signal: 'postgres.wraparound.age', value: transactions },
        { signal: 'postgres.wraparound.used_percent', value: 100 * oldest.used },
        { signal: 'postgres.wraparound.freeze_percent', value: 100 * overdue },
      ],
      facts: {
        wraparound: {
          database,
          transactions,
          multixacts,
          freeze_max_age: oldest.transactions_freeze_max,
          ...(table?.success && { oldest_table: table.output }),
        },
      },
    };
  },
};
