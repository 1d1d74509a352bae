import type pg from 'pg';
import * as v from 'valibot';
import type { Collector } from '../collector.ts';
import { demand, type Need } from './prefect-schema.ts';

/** One pass over the whole index: about a second for ten million runs. */
const COUNTED = `
  WITH counted AS MATERIALIZED (SELECT state_type, count(*) AS runs FROM flow_run GROUP BY state_type)
  SELECT s.type::text AS state, coalesce(c.runs, 0)::float8 AS runs
  FROM unnest('{COMPLETED,FAILED,CRASHED,CANCELLED}'::state_type[]) AS s (type)
  LEFT JOIN counted c ON c.state_type = s.type`;

/** What the planner believes, from the last ANALYZE: each state's share of the estimated rows. */
const ESTIMATED = `
  SELECT s.type::text AS state, coalesce(c.share, 0) * greatest(t.reltuples, 0)::float8 AS runs
  FROM unnest('{COMPLETED,FAILED,CRASHED,CANCELLED}'::state_type[]) AS s (type)
  JOIN pg_class t ON t.oid = 'flow_run'::regclass
  LEFT JOIN (SELECT m.type, m.share
             FROM pg_stats p,
                  unnest(p.most_common_vals::text::text[], p.most_common_freqs::float8[]) AS m (type, share)
             WHERE p.tablename = 'flow_run' AND p.attname = 'state_type'
               AND format('%I.%I', p.schemaname, p.tablename)::regclass = 'flow_run'::regclass) AS c
    ON c.type = s.type::text`;
const ROWS = `SELECT greatest(reltuples, 0)::float8 AS rows FROM pg_class WHERE oid = 'flow_run'::regclass`;

/** Above so many rows the count would not end within the time a statement is given. */
const COUNTED_ROWS_MAX = 15_000_000;

const Counts = v.array(v.object({ state: v.string(), runs: v.number() }));
const Rows = v.object({ rows: v.number() });

const FLOW_RUNS: Need = { table: 'flow_run', columns: ['state_type'], indexes: [['state_type']] };

/** Flow runs that are over, by state: counted, or estimated where there are too many to count. */
export const prefectFlowRunsFinished: Collector<pg.Client> = {
  name: 'prefect-flow-runs-finished',
  tier: 'quarter-hour',
  signals: ['postgres.flow_runs'],
  cheap: 'one pass over one index, not over the table, and only while that takes about a second',
  async collect(client) {
    await demand(client, FLOW_RUNS);
    const { rows } = v.parse(Rows, (await client.query(ROWS)).rows[0]);
    const isCounted = rows <= COUNTED_ROWS_MAX;
    const counts = v.parse(Counts, (await client.query(isCounted ? COUNTED : ESTIMATED)).rows);
    return {
      samples: counts.map(({ state, runs }) => ({
        signal: 'postgres.flow_runs',
        value: Math.round(runs),
        labels: { state },
      })),
      facts: { flow_runs_finished_are: isCounted ? 'counted' : 'estimated' },
    };
  },
};
