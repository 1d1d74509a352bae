import type pg from 'pg';
import * as v from 'valibot';
import type { Unknown } from '../../model/unknown.ts';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

const STATES = `unnest('{SCHEDULED,COMPLETED,FAILED,CRASHED,CANCELLED}'::state_type[])`;

/** One pass over a whole index: about a second for ten million runs, more where few pages were vacuumed. */
const COUNTED = `
  WITH counted AS MATERIALIZED (SELECT state_type, count(*) AS runs FROM flow_run GROUP BY state_type)
  SELECT s.type::text AS state, coalesce(c.runs, 0)::float8 AS runs
  FROM ${STATES} AS s (type)
  LEFT JOIN counted c ON c.state_type = s.type`;

/** What the planner believes since the last ANALYZE: each state's share of the estimated rows. */
const ESTIMATED = `
  SELECT s.type::text AS state, c.share * t.reltuples AS runs
  FROM ${STATES} AS s (type)
  JOIN pg_class t ON t.oid = 'flow_run'::regclass
  LEFT JOIN (SELECT m.type, m.share
             FROM pg_stats p,
                  unnest(p.most_common_vals::text::text[], p.most_common_freqs::float8[]) AS m (type, share)
             WHERE p.tablename = 'flow_run' AND p.attname = 'state_type'
               AND format('%I.%I', p.schemaname, p.tablename)::regclass = 'flow_run'::regclass) AS c
    ON c.type = s.type::text`;
const ROWS = `SELECT reltuples::float8 AS rows FROM pg_class WHERE oid = 'flow_run'::regclass`;

/** Above so many rows the count would not end within the time a statement is given. */
const COUNTED_ROWS_MAX = 15_000_000;

const Counts = v.array(v.object({ state: v.string(), runs: v.nullable(v.number()) }));
const Rows = v.object({ rows: v.number() });

const FLOW_RUNS: Need = { table: 'flow_run', columns: ['state_type'], indexes: [['state_type']] };

const NOT_IN_STATISTICS: Unknown = {
  reason: 'missing',
  detail: 'too many runs to count, and the state is not in the statistics',
};

const STATEMENT_TIMEOUT = '57014';
const ranOutOfTime = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === STATEMENT_TIMEOUT;

/** Null where there are too many to count. */
async function counted(client: pg.Client) {
  const { rows } = v.parse(Rows, (await client.query(ROWS)).rows[0]);
  if (rows > COUNTED_ROWS_MAX) return null;
  try {
    return v.parse(Counts, (await client.query(COUNTED)).rows);
  } catch (error) {
    if (ranOutOfTime(error)) return null;
    throw error;
  }
}

/** Flow runs that are over or yet to come, by state: counted, or estimated where there are too many to count. */
export const prefectFlowRunsAtRest = prefectCollector({
  name: 'prefect-flow-runs-at-rest',
  tier: 'quarter-hour',
  signals: ['postgres.flow_runs'],
  cheap: 'one pass over one index, not over the table, and only while that takes about a second',
  needs: [FLOW_RUNS],
  async collect(client) {
    const counts = await counted(client);
    const states = counts ?? v.parse(Counts, (await client.query(ESTIMATED)).rows);
    return {
      samples: states.map(({ state, runs }) => ({
        signal: 'postgres.flow_runs',
        value: runs === null ? NOT_IN_STATISTICS : Math.round(runs),
        labels: { state },
      })),
      facts: { flow_runs_at_rest_are: counts === null ? 'estimated' : 'counted' },
    };
  },
});
