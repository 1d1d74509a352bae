import pg from 'pg';
import * as v from 'valibot';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';
import { ProbeFailure } from '../failure.ts';

const EXTENSION = `
  SELECT n.nspname::text AS schema, pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS sees_all
  FROM pg_extension e
  JOIN pg_namespace n ON n.oid = e.extnamespace
  WHERE e.extname = 'pg_stat_statements'`;

/** What is too slow for a query of events, in milliseconds, as Prefect sizes the Events database. */
const SLOW_MS = 200;
/** Too few calls say more of a cold cache than of the statement. */
const CALLS_MIN = 5;
const SHOWN = 5;
/** Those that took most time: what is left takes none to speak of. */
const COUNTED = 20;

/**
 * Reads of the table only: the batches that delete old events may take what they take. Our own are quick and would
 * flatter the rest, unless we came in as the owner of the table, as Prefect does.
 */
const statementsIn = (schema: string) => `
  SELECT s.queryid::text AS queryid, s.calls::float8 AS calls, s.mean_exec_time AS mean_ms,
         s.total_exec_time AS total_ms, left(s.query, 200) AS query
  FROM ${pg.escapeIdentifier(schema)}.pg_stat_statements s
  WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND s.query ~* '^\\s*(select|with)\\M'
    AND s.query ~* '\\m(from|join)\\s+(\\w+\\.|"\\w+"\\.)?"?events"?\\M'
    AND s.userid NOT IN (
      SELECT oid FROM pg_roles
      WHERE rolname = session_user
        AND oid IS DISTINCT FROM (SELECT relowner FROM pg_class WHERE oid = to_regclass('events')))
  ORDER BY s.mean_exec_time DESC`;

const Extension = v.object({ schema: v.string(), sees_all: v.boolean() });
const Statements = v.array(
  v.object({
    queryid: v.string(),
    calls: v.number(),
    mean_ms: v.number(),
    total_ms: v.number(),
    query: v.string(),
  }),
);

const TOO_FEW: Unknown = {
  reason: 'no-traffic',
  detail: 'too few queries of events since the statistics were reset',
};

const NOTHING_COUNTED: readonly Sample[] = [
  { signal: 'postgres.events.queries.calls', value: TOO_FEW },
  { signal: 'postgres.events.queries.time_ms', value: TOO_FEW },
];

const NOT_LOADED = '55000';
const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

async function read(client: pg.Client) {
  const [found] = (await client.query(EXTENSION)).rows;
  if (found === undefined)
    throw new ProbeFailure('missing', 'the extension pg_stat_statements is not installed in this database');
  const { schema, sees_all } = v.parse(Extension, found);
  if (!sees_all)
    throw new ProbeFailure('permission', 'the role lacks pg_monitor: it sees only its own statements');
  try {
    return v.parse(Statements, (await client.query(statementsIn(schema))).rows);
  } catch (cause) {
    if (codeOf(cause) !== NOT_LOADED) throw cause;
    throw new ProbeFailure('missing', 'pg_stat_statements is not among shared_preload_libraries', { cause });
  }
}

type Statement = v.InferOutput<typeof Statements>[number];

/** What a statement took so far, to be compared with the next time. */
const countersOf = ({ queryid, calls, total_ms }: Statement): readonly Sample[] => [
  { signal: 'postgres.events.queries.calls', value: calls, labels: { statement: queryid } },
  { signal: 'postgres.events.queries.time_ms', value: total_ms, labels: { statement: queryid } },
];

/** The same statement of several roles is counted apart, and is one statement to those who wait for it. */
function byStatement(rows: readonly Statement[]): readonly Statement[] {
  const all = new Map<string, Statement>();
  for (const row of rows) {
    const { calls = 0, total_ms = 0 } = all.get(row.queryid) ?? {};
    const sum = { calls: calls + row.calls, total_ms: total_ms + row.total_ms };
    all.set(row.queryid, { ...row, ...sum, mean_ms: sum.total_ms / sum.calls });
  }
  return [...all.values()].toSorted((a, b) => b.mean_ms - a.mean_ms);
}

/** How long the queries of events take: since the statistics were last reset, and as counters since the last look. */
export const prefectEventsStatements: Collector<pg.Client> = {
  name: 'prefect-events-statements',
  tier: 'quarter-hour',
  signals: [
    'postgres.events.queries.slowest_mean_ms',
    'postgres.events.queries.slow_percent',
    'postgres.events.queries.calls',
    'postgres.events.queries.time_ms',
  ],
  cheap: 'matches the text of at most pg_stat_statements.max statements, 5000 by default',
  async collect(client) {
    const all = byStatement(await read(client));
    const costliest = all.toSorted((a, b) => b.total_ms - a.total_ms).slice(0, COUNTED);
    const statements = all.filter((s) => s.calls >= CALLS_MIN);
    const calls = statements.reduce((sum, s) => sum + s.calls, 0);
    const slow = statements.filter((s) => s.mean_ms > SLOW_MS).reduce((sum, s) => sum + s.calls, 0);
    return {
      samples: [
        { signal: 'postgres.events.queries.slowest_mean_ms', value: statements[0]?.mean_ms ?? TOO_FEW },
        {
          signal: 'postgres.events.queries.slow_percent',
          value: calls === 0 ? TOO_FEW : (100 * slow) / calls,
        },
        ...(costliest.length === 0 ? NOTHING_COUNTED : costliest.flatMap(countersOf)),
      ],
      facts: { events_statements: statements.slice(0, SHOWN) },
    };
  },
};
