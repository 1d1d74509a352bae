import * as v from 'valibot';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/**
 * The busiest minute of every pool whose workers poll, of the runs somebody or something asked for: those the scheduler
 * made come when they are planned. Push and managed pools have no workers and are left out.
 */
const PAST_ROWS_MAX = 50_000;
const SHOWN = 5;
const BURSTS = `
  WITH past AS MATERIALIZED (
    SELECT work_queue_id, deployment_id, auto_scheduled, expected_start_time, start_time
    FROM flow_run
    WHERE expected_start_time > now() - interval '6 hours' AND expected_start_time < now()
    ORDER BY expected_start_time DESC
    LIMIT ${PAST_ROWS_MAX}
  ), span AS MATERIALIZED (
    SELECT CASE WHEN count(*) < ${PAST_ROWS_MAX} THEN 360
                ELSE greatest(1, extract(epoch FROM now() - min(expected_start_time)) / 60) END AS minutes
    FROM past
  ), minutes AS (
    SELECT work_queue_id, date_trunc('minute', expected_start_time) AS minute, count(*) AS runs,
           sum(extract(epoch FROM coalesce(start_time, now()) - expected_start_time)) AS waited_seconds
    FROM past
    WHERE NOT auto_scheduled AND deployment_id IS NOT NULL
    GROUP BY 1, 2
  ), pools AS (
    SELECT p.name, p.type, m.minute, sum(m.runs) AS runs, sum(m.waited_seconds) AS waited_seconds,
           sum(sum(m.runs)) OVER (PARTITION BY p.id) AS in_all
    FROM minutes m
    JOIN work_queue q ON q.id = m.work_queue_id
    JOIN work_pool p ON p.id = q.work_pool_id
    WHERE p.type !~ ':(push|managed)$'
    GROUP BY p.id, p.name, p.type, m.minute
  ), busiest AS (
    SELECT DISTINCT ON (name) * FROM pools ORDER BY name, runs DESC, minute DESC
  )
  SELECT b.name AS pool, b.type, b.runs::int AS runs,
         (b.waited_seconds / b.runs)::float8 AS mean_wait_seconds,
         (b.in_all / s.minutes)::float8 AS usual_per_minute
  FROM busiest b, span s
  ORDER BY b.runs DESC, b.name
  LIMIT ${SHOWN}`;

const Bursts = v.array(
  v.object({
    pool: v.string(),
    type: v.string(),
    runs: v.number(),
    mean_wait_seconds: v.number(),
    usual_per_minute: v.number(),
  }),
);

const NEEDS: readonly Need[] = [
  {
    table: 'flow_run',
    columns: ['work_queue_id', 'deployment_id', 'auto_scheduled', 'expected_start_time', 'start_time'],
    indexes: [['expected_start_time']],
  },
  { table: 'work_queue', columns: ['id', 'work_pool_id'], indexes: [['id']] },
  { table: 'work_pool', columns: ['id', 'name', 'type'], indexes: [['id']] },
];

/** How many runs reach a polling pool within one minute, against what it usually gets. */
export const prefectBursts = prefectCollector({
  name: 'prefect-bursts',
  tier: 'quarter-hour',
  signals: ['postgres.work_pools.busiest_minute_runs'],
  cheap: `reads ${PAST_ROWS_MAX} rows of six hours at most, by their index`,
  needs: NEEDS,
  async collect(client) {
    const bursts = v.parse(Bursts, (await client.query(BURSTS)).rows);
    return {
      samples: [{ signal: 'postgres.work_pools.busiest_minute_runs', value: bursts[0]?.runs ?? 0 }],
      facts: { work_pool_bursts: bursts },
    };
  },
});
