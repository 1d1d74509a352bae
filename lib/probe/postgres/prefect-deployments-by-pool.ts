import * as v from 'valibot';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/**
 * A worker that starts anew has a name of its own unless one was given to it, so those that fell silent within the hour
 * tell how often workers went away, whatever keeps them running.
 */
const POOLS_MAX = 200;
const POOLS = `
  WITH deployed AS MATERIALIZED (
    SELECT q.work_pool_id, count(*) AS deployments
    FROM deployment d
    JOIN work_queue q ON q.id = d.work_queue_id
    GROUP BY q.work_pool_id
  ), workers AS MATERIALIZED (
    SELECT work_pool_id,
           count(*) FILTER (WHERE last_heartbeat_time > now() - patience) AS alive,
           count(*) FILTER (WHERE last_heartbeat_time <= now() - patience) AS lost
    FROM (SELECT work_pool_id, last_heartbeat_time,
                 3 * coalesce(heartbeat_interval_seconds, 30) * interval '1 second' AS patience
          FROM worker
          WHERE last_heartbeat_time > now() - interval '1 hour') AS lately
    GROUP BY work_pool_id
  )
  SELECT p.name AS pool, p.type, d.deployments::int AS deployments,
         coalesce(w.alive, 0)::int AS alive, coalesce(w.lost, 0)::int AS lost
  FROM deployed d
  JOIN work_pool p ON p.id = d.work_pool_id
  LEFT JOIN workers w ON w.work_pool_id = p.id
  ORDER BY d.deployments DESC, p.name
  LIMIT ${POOLS_MAX}`;

const Pools = v.array(
  v.object({
    pool: v.string(),
    type: v.string(),
    deployments: v.number(),
    alive: v.number(),
    lost: v.number(),
  }),
);

const NEEDS: readonly Need[] = [
  { table: 'deployment', columns: ['work_queue_id'] },
  { table: 'work_queue', columns: ['id', 'work_pool_id'] },
  { table: 'work_pool', columns: ['id', 'name', 'type'] },
  { table: 'worker', columns: ['work_pool_id', 'last_heartbeat_time', 'heartbeat_interval_seconds'] },
];

const SHOWN = 5;

/** How many deployments the workers of one Kubernetes pool have to keep in mind, and whether workers go away. */
export const prefectDeploymentsByPool = prefectCollector({
  name: 'prefect-deployments-by-pool',
  tier: 'quarter-hour',
  signals: ['postgres.work_pools.most_deployments_on_kubernetes'],
  cheap: 'tables of one row a deployment, a queue, a pool and a worker',
  needs: NEEDS,
  async collect(client) {
    const onKubernetes = v
      .parse(Pools, (await client.query(POOLS)).rows)
      .filter(({ type }) => type === 'kubernetes');
    return {
      samples: [
        {
          signal: 'postgres.work_pools.most_deployments_on_kubernetes',
          value: onKubernetes[0]?.deployments ?? 0,
        },
      ],
      facts: { kubernetes_pools: onKubernetes.slice(0, SHOWN) },
    };
  },
});
