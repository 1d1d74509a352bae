import * as v from 'valibot';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/**
 * The day before the last hour, so that a flood under way is no part of what is usual. At the limit of rows it is as
 * much of that day as they reach back. What the scheduler created is left out, as in the present rate.
 */
const PAST_ROWS_MAX = 100_000;
const SHOWN = 50;
const PAST = `
  WITH past AS MATERIALIZED (
    SELECT deployment_id, auto_scheduled, expected_start_time
    FROM flow_run
    WHERE expected_start_time > now() - interval '25 hours' AND expected_start_time < now() - interval '1 hour'
    ORDER BY expected_start_time DESC
    LIMIT ${PAST_ROWS_MAX}
  ), span AS MATERIALIZED (
    SELECT CASE WHEN count(*) < ${PAST_ROWS_MAX} THEN 1440
                ELSE greatest(1, extract(epoch FROM now() - min(expected_start_time)) / 60 - 60) END AS minutes
    FROM past
  )
  SELECT deployment_id::text AS id,
         round(count(*) / minutes, 3)::float8 AS per_minute,
         (sum(count(*)) OVER () / minutes)::float8 AS total_per_minute
  FROM past, span
  WHERE deployment_id IS NOT NULL AND NOT auto_scheduled
  GROUP BY deployment_id, minutes
  ORDER BY per_minute DESC
  LIMIT ${SHOWN}`;

const Rows = v.array(v.object({ id: v.string(), per_minute: v.number(), total_per_minute: v.number() }));

const FLOW_RUNS: Need = {
  table: 'flow_run',
  columns: ['deployment_id', 'auto_scheduled', 'expected_start_time'],
  indexes: [['expected_start_time']],
};

/** How fast runs of each deployment are usually asked for: what a burst is held against. */
export const prefectRunHistory = prefectCollector({
  name: 'prefect-run-history',
  tier: 'quarter-hour',
  signals: ['postgres.flow_runs.usual_per_minute'],
  cheap: `reads ${PAST_ROWS_MAX} rows of one day at most, by their index`,
  needs: [FLOW_RUNS],
  async collect(client) {
    const rows = v.parse(Rows, (await client.query(PAST)).rows);
    /** A deployment that is not among those shown is asked for less often than the last of them. */
    const others = rows.length < SHOWN ? 0 : (rows.at(-1)?.per_minute ?? 0);
    return {
      samples: [{ signal: 'postgres.flow_runs.usual_per_minute', value: rows[0]?.total_per_minute ?? 0 }],
      facts: {
        usual_runs_per_minute: Object.fromEntries(rows.map((r) => [r.id, r.per_minute])),
        usual_runs_per_minute_of_others: others,
      },
    };
  },
});
