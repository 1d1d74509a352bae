import * as v from 'valibot';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/**
 * Pools on infrastructure that is paid by use whose workers are alive, and when a run was last due in them. At the limit
 * of rows the look goes back as far as they reach; a pool is idle for no longer than that is known, nor than it is there.
 */
const PAST_ROWS_MAX = 50_000;
const SHOWN = 10;
const SERVERLESS = `'^(ecs|cloud-run|cloud-run-v2|vertex-ai|azure-container-instance)$'`;
const IDLE = `
  WITH pools AS MATERIALIZED (
    SELECT p.id, p.name, p.type, p.created, count(*) AS workers
    FROM work_pool p
    JOIN worker w ON w.work_pool_id = p.id
    WHERE p.type ~ ${SERVERLESS} AND NOT p.is_paused
      AND w.last_heartbeat_time > now() - 3 * coalesce(w.heartbeat_interval_seconds, 30) * interval '1 second'
    GROUP BY p.id, p.name, p.type, p.created
  ), past AS MATERIALIZED (
    SELECT work_queue_id, expected_start_time
    FROM flow_run
    WHERE expected_start_time > now() - interval '48 hours' AND expected_start_time < now()
      AND EXISTS (SELECT FROM pools)
    ORDER BY expected_start_time DESC
    LIMIT ${PAST_ROWS_MAX}
  ), known AS MATERIALIZED (
    SELECT CASE WHEN count(*) < ${PAST_ROWS_MAX} THEN now() - interval '48 hours'
                ELSE min(expected_start_time) END AS since
    FROM past
  ), last AS (
    SELECT q.work_pool_id, max(r.expected_start_time) AS run
    FROM past r
    JOIN work_queue q ON q.id = r.work_queue_id
    GROUP BY q.work_pool_id
  )
  SELECT p.name AS pool, p.type, p.workers::int AS workers,
         extract(epoch FROM now() - greatest(l.run, k.since, p.created))::float8 AS idle_seconds
  FROM pools p
  CROSS JOIN known k
  LEFT JOIN last l ON l.work_pool_id = p.id
  ORDER BY idle_seconds DESC, p.name
  LIMIT ${SHOWN}`;

const Idle = v.array(
  v.object({ pool: v.string(), type: v.string(), workers: v.number(), idle_seconds: v.number() }),
);

const NEEDS: readonly Need[] = [
  {
    table: 'flow_run',
    columns: ['work_queue_id', 'expected_start_time'],
    indexes: [['expected_start_time']],
  },
  { table: 'work_queue', columns: ['id', 'work_pool_id'], indexes: [['id']] },
  { table: 'work_pool', columns: ['id', 'name', 'type', 'created', 'is_paused'] },
  { table: 'worker', columns: ['work_pool_id', 'last_heartbeat_time', 'heartbeat_interval_seconds'] },
];

/** For how long workers of serverless pools have asked for runs in vain. */
export const prefectIdlePools = prefectCollector({
  name: 'prefect-idle-pools',
  tier: 'quarter-hour',
  signals: ['postgres.work_pools.serverless_idle_seconds'],
  cheap: `reads ${PAST_ROWS_MAX} rows of two days at most, by their index, and none where no such pool has a worker`,
  needs: NEEDS,
  async collect(client) {
    const idle = v.parse(Idle, (await client.query(IDLE)).rows);
    return {
      samples: [{ signal: 'postgres.work_pools.serverless_idle_seconds', value: idle[0]?.idle_seconds ?? 0 }],
      facts: { serverless_pools: idle },
    };
  },
});
