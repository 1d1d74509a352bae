import pg from 'pg';
import * as v from 'valibot';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector } from '../collector.ts';
import { ProbeFailure } from '../failure.ts';

const EXTENSION = `
  SELECT n.nspname AS schema
  FROM pg_extension e
  JOIN pg_namespace n ON n.oid = e.extnamespace
  WHERE e.extname = 'pg_stat_statements'`;

/**
 * The statements of this database that took most of its time, since the statistics were reset. Constants are not in
 * their texts; commands other than these few are kept word for word, passwords and all, and never leave the server.
 */
const worstIn = (schema: string) => `
  SELECT coalesce(queryid::text, '')     AS queryid,
         CASE WHEN query ~* '^[[:space:](]*(select|with|insert|update|delete|merge)[^[:alnum:]_]'
                OR query = '<insufficient privilege>'
              THEN left(query, 200) ELSE '(another command)' END AS text,
         calls::float8, mean_exec_time AS mean_ms, max_exec_time AS max_ms, total_exec_time AS total_ms
  FROM ${schema}.pg_stat_statements
  WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  ORDER BY total_exec_time DESC
  LIMIT 10`;

const Extension = v.object({ schema: v.string() });
const Worst = v.array(
  v.object({
    queryid: v.string(),
    text: v.string(),
    calls: v.number(),
    mean_ms: v.number(),
    max_ms: v.number(),
    total_ms: v.number(),
  }),
);

const NO_STATEMENTS: Unknown = { reason: 'no-traffic', detail: 'no statement was counted yet' };

/** Which statements take the server's time. */
export const slowStatements: Collector<pg.Client> = {
  name: 'slow-statements',
  tier: 'quarter-hour',
  signals: ['postgres.statements.worst_mean_ms', 'postgres.statements.worst_calls'],
  cheap:
    'reads the few thousand statements pg_stat_statements keeps, their texts from a file: not every minute',
  async collect(client) {
    const extension = v.safeParse(Extension, (await client.query(EXTENSION)).rows[0]);
    if (!extension.success) {
      throw new ProbeFailure('missing', 'pg_stat_statements is not installed in this database');
    }
    const schema = pg.escapeIdentifier(extension.output.schema);
    const statements = v.parse(Worst, (await client.query(worstIn(schema))).rows);
    const [worst] = statements;
    return {
      samples: [
        { signal: 'postgres.statements.worst_mean_ms', value: worst?.mean_ms ?? NO_STATEMENTS },
        { signal: 'postgres.statements.worst_calls', value: worst?.calls ?? NO_STATEMENTS },
      ],
      facts: { statements },
    };
  },
};
