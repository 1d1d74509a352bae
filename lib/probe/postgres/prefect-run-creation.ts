import * as v from 'valibot';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/**
 * There is no index on when a run was created, but one on when it was last changed, which is never earlier. At the
 * limit of rows the window is as long as the newest changes reach back, instead of five minutes. Runs the scheduler
 * created ahead of their time say nothing of a flood: `asked` counts those somebody or something asked for.
 */
const RECENT_ROWS_MAX = 5_000;
const SHOWN = 5;
const RECENT = `
  WITH recent AS MATERIALIZED (
    SELECT created, updated, deployment_id, auto_scheduled
    FROM flow_run
    WHERE updated > now() - interval '5 minutes'
    ORDER BY updated DESC
    LIMIT ${RECENT_ROWS_MAX}
  ), span AS MATERIALIZED (
    SELECT CASE WHEN count(*) < ${RECENT_ROWS_MAX} THEN 5
                ELSE greatest(1, extract(epoch FROM now() - min(updated))) / 60 END AS minutes
    FROM recent
  ), created AS (
    SELECT deployment_id,
           count(*) / minutes AS per_minute,
           count(deployment_id) FILTER (WHERE NOT auto_scheduled) / minutes AS asked_per_minute
    FROM recent, span
    WHERE created > now() - minutes * interval '1 minute'
    GROUP BY deployment_id, minutes
  ), busiest AS (
    SELECT *, sum(per_minute) OVER () AS total_per_minute
    FROM created
    ORDER BY asked_per_minute DESC
    LIMIT ${SHOWN}
  )
  SELECT b.deployment_id::text AS id,
         b.total_per_minute::float8 AS total_per_minute,
         b.asked_per_minute::float8 AS asked_per_minute,
         f.name || '/' || d.name AS deployment,
         p.name AS pool,
         q.name AS queue,
         extract(epoch FROM now() - d.created)::float8 AS age_seconds,
         coalesce(d.concurrency_limit_id::text, d.concurrency_limit::text, q.concurrency_limit::text,
                  p.concurrency_limit::text) IS NOT NULL AS limited
  FROM busiest b
  LEFT JOIN deployment d ON d.id = b.deployment_id
  LEFT JOIN flow f ON f.id = d.flow_id
  LEFT JOIN work_queue q ON q.id = d.work_queue_id
  LEFT JOIN work_pool p ON p.id = q.work_pool_id
  ORDER BY b.asked_per_minute DESC`;

const Rows = v.array(
  v.object({
    id: v.nullable(v.string()),
    total_per_minute: v.number(),
    asked_per_minute: v.number(),
    deployment: v.nullable(v.string()),
    pool: v.nullable(v.string()),
    queue: v.nullable(v.string()),
    age_seconds: v.nullable(v.number()),
    limited: v.boolean(),
  }),
);

const NEEDS: readonly Need[] = [
  {
    table: 'flow_run',
    columns: ['created', 'updated', 'deployment_id', 'auto_scheduled'],
    indexes: [['updated']],
  },
  {
    table: 'deployment',
    columns: [
      'id',
      'name',
      'flow_id',
      'created',
      'work_queue_id',
      'concurrency_limit_id',
      'concurrency_limit',
    ],
    indexes: [['id']],
  },
  { table: 'flow', columns: ['id', 'name'], indexes: [['id']] },
  { table: 'work_queue', columns: ['id', 'name', 'work_pool_id', 'concurrency_limit'], indexes: [['id']] },
  { table: 'work_pool', columns: ['id', 'name', 'concurrency_limit'], indexes: [['id']] },
];

/** How fast runs are created, and for which deployments. */
export const prefectRunCreation = prefectCollector({
  name: 'prefect-run-creation',
  tier: 'minute',
  signals: ['postgres.flow_runs.created_per_minute', 'postgres.flow_runs.busiest_deployment_per_minute'],
  cheap: `reads the newest ${RECENT_ROWS_MAX} changes at most, by their index`,
  needs: NEEDS,
  async collect(client) {
    const rows = v.parse(Rows, (await client.query(RECENT)).rows);
    const busiest = rows.filter((r) => r.asked_per_minute > 0);
    return {
      samples: [
        { signal: 'postgres.flow_runs.created_per_minute', value: rows[0]?.total_per_minute ?? 0 },
        {
          signal: 'postgres.flow_runs.busiest_deployment_per_minute',
          value: busiest[0]?.asked_per_minute ?? 0,
        },
      ],
      facts: { busiest_deployments: busiest.map(({ total_per_minute: _, ...deployment }) => deployment) },
    };
  },
});
