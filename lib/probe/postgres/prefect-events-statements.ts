import pg from 'pg';
import * as v from 'valibot';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector } from '../collector.ts';
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

/** Reads of the table only: the batches that delete old events may take what they take. */
const statementsIn = (schema: string) => `
  SELECT s.queryid::text AS queryid, s.calls::float8 AS calls, s.mean_exec_time AS mean_ms, left(s.query, 200) AS query
  FROM ${pg.escapeIdentifier(schema)}.pg_stat_statements s
  WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND s.query ~* '^\\s*(select|with)\\M'
    AND s.query ~* '\\m(from|join)\\s+(\\w+\\.|"\\w+"\\.)?"?events"?\\M'
  ORDER BY s.mean_exec_time DESC`;

const Extension = v.object({ schema: v.string(), sees_all: v.boolean() });
const Statements = v.array(
  v.object({ queryid: v.string(), calls: v.number(), mean_ms: v.number(), query: v.string() }),
);

const TOO_FEW: Unknown = {
  reason: 'no-traffic',
  detail: 'too few queries of events since the statistics were reset',
};

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

/** How long the queries of events take, since the statistics were last reset. */
export const prefectEventsStatements: Collector<pg.Client> = {
  name: 'prefect-events-statements',
  tier: 'quarter-hour',
  signals: ['postgres.events.queries.slowest_mean_ms', 'postgres.events.queries.slow_percent'],
  cheap: 'matches the text of at most pg_stat_statements.max statements, 5000 by default',
  async collect(client) {
    const statements = (await read(client)).filter((s) => s.calls >= CALLS_MIN);
    const calls = statements.reduce((sum, s) => sum + s.calls, 0);
    const slow = statements.filter((s) => s.mean_ms > SLOW_MS).reduce((sum, s) => sum + s.calls, 0);
    return {
      samples: [
        { signal: 'postgres.events.queries.slowest_mean_ms', value: statements[0]?.mean_ms ?? TOO_FEW },
        {
          signal: 'postgres.events.queries.slow_percent',
          value: calls === 0 ? TOO_FEW : (100 * slow) / calls,
        },
      ],
      facts: { events_statements: statements.slice(0, SHOWN) },
    };
  },
};
