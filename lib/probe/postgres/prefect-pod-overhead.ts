import * as v from 'valibot';
import { prefectCollector } from './prefect-collector.ts';

/** Of the last hour, and of runs enough to speak of a pool: a median of three says nothing. */
const ENDED_MAX = 500;
const RUNS_MIN = 10;
const POOLS_MAX = 20;
/** A run that is tried again has more states; its first start is among its first ones. */
const STATES_MAX = 20;
const SHORTEST_RUN_SECONDS = 0.1;

const OVERHEAD = `
  WITH ended AS MATERIALIZED (
    SELECT id, work_queue_id, total_run_time
    FROM flow_run
    WHERE end_time > now() - interval '1 hour'
    ORDER BY end_time DESC
    LIMIT ${ENDED_MAX}
  ), started AS (
    SELECT p.name AS pool,
           extract(epoch FROM first.running - first.pending) AS start_seconds,
           extract(epoch FROM e.total_run_time) AS run_seconds
    FROM ended e
    JOIN work_queue q ON q.id = e.work_queue_id
    JOIN work_pool p ON p.id = q.work_pool_id AND p.type = 'kubernetes'
    CROSS JOIN LATERAL (
      SELECT min(timestamp) FILTER (WHERE type = 'PENDING') AS pending,
             min(timestamp) FILTER (WHERE type = 'RUNNING') AS running
      FROM (SELECT type, timestamp FROM flow_run_state
            WHERE flow_run_id = e.id ORDER BY timestamp LIMIT ${STATES_MAX}) AS states
    ) AS first
    WHERE first.running >= first.pending
  )
  SELECT pool,
         count(*)::int AS runs,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY start_seconds)::float8 AS start_seconds,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY run_seconds)::float8 AS run_seconds
  FROM started
  GROUP BY pool
  HAVING count(*) >= ${RUNS_MIN}
  ORDER BY runs DESC, pool
  LIMIT ${POOLS_MAX}`;

const Pools = v.array(
  v.object({ pool: v.string(), runs: v.number(), start_seconds: v.number(), run_seconds: v.number() }),
);

/** How long runs of Kubernetes work pools take to start, beside how long they then run. */
export const prefectPodOverhead = prefectCollector({
  name: 'prefect-pod-overhead',
  tier: 'quarter-hour',
  signals: ['postgres.work_pools.start_overhead_percent'],
  cheap: `reads the ${ENDED_MAX} runs that ended last and ${STATES_MAX} states of each at most, by their indexes`,
  needs: [
    {
      table: 'flow_run',
      columns: ['id', 'work_queue_id', 'end_time', 'total_run_time'],
      indexes: [['end_time']],
    },
    {
      table: 'flow_run_state',
      columns: ['flow_run_id', 'type', 'timestamp'],
      indexes: [['flow_run_id', 'timestamp']],
    },
    { table: 'work_queue', columns: ['id', 'work_pool_id'] },
    { table: 'work_pool', columns: ['id', 'name', 'type'] },
  ],
  async collect(client) {
    const pools = v
      .parse(Pools, (await client.query(OVERHEAD)).rows)
      .map((p) => ({
        ...p,
        percent: (100 * p.start_seconds) / Math.max(p.run_seconds, SHORTEST_RUN_SECONDS),
      }))
      .toSorted((a, b) => b.percent - a.percent);
    return {
      samples: [{ signal: 'postgres.work_pools.start_overhead_percent', value: pools[0]?.percent ?? 0 }],
      facts: { work_pools_start_overhead: pools },
    };
  },
});
