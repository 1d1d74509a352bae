import * as v from 'valibot';
import type { Sample } from '../collector.ts';
import { byIndex } from './by-index.ts';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/**
 * A run holds a slot of its pool while PENDING or RUNNING; one PENDING for ten minutes holds it for nothing. Late means
 * that a run was to start over a minute ago. Workers count as alive by Prefect's own rule of three missed heartbeats.
 * Each part is worked out once, however few rows the planner expects of it.
 */
const READ_MAX = 20_000;
const LATE_MAX = 3_000;
const POOLS_MAX = 200;
const POOLS = `
  WITH slots AS MATERIALIZED (
    SELECT work_queue_id, count(*) AS used,
           count(*) FILTER (WHERE state_type = 'PENDING' AND state_timestamp < now() - interval '10 minutes') AS held
    FROM (SELECT work_queue_id, state_type, state_timestamp
          FROM flow_run WHERE state_type IN ('PENDING', 'RUNNING') LIMIT ${READ_MAX}) AS active
    GROUP BY work_queue_id
  ), late AS MATERIALIZED (
    SELECT work_queue_id, count(*) AS runs
    FROM (SELECT work_queue_id
          FROM flow_run
          WHERE next_scheduled_start_time < now() - interval '1 minute'
          ORDER BY next_scheduled_start_time
          LIMIT ${LATE_MAX}) AS overdue
    GROUP BY work_queue_id
  ), queues AS MATERIALIZED (
    SELECT q.work_pool_id, sum(s.used) AS used, sum(s.held) AS held, sum(l.runs) AS late,
           bool_or(EXISTS (SELECT FROM deployment d WHERE d.work_queue_id = q.id AND NOT d.paused)) AS deployed,
           count(*) FILTER (WHERE NOT q.is_paused AND q.last_polled < now() - interval '2 minutes'
                              AND q.last_polled > now() - interval '1 day') AS unpolled,
           (array_agg(q.name ORDER BY q.last_polled)
             FILTER (WHERE NOT q.is_paused AND q.last_polled < now() - interval '2 minutes'
                       AND q.last_polled > now() - interval '1 day'))[1:5] AS unpolled_names
    FROM work_queue q
    LEFT JOIN slots s ON s.work_queue_id = q.id
    LEFT JOIN late l ON l.work_queue_id = q.id
    GROUP BY q.work_pool_id
  ), workers AS MATERIALIZED (
    SELECT work_pool_id, count(*) AS alive
    FROM worker
    WHERE last_heartbeat_time > now() - 3 * coalesce(heartbeat_interval_seconds, 30) * interval '1 second'
    GROUP BY work_pool_id
  )
  SELECT p.name, p.type, p.status::text AS status, p.is_paused AS paused, p.concurrency_limit AS "limit",
         coalesce(q.used, 0)::int AS used, coalesce(q.held, 0)::int AS held, coalesce(q.late, 0)::int AS late,
         coalesce(q.deployed, false) AS deployed, coalesce(w.alive, 0)::int AS workers,
         coalesce(q.unpolled, 0)::int AS unpolled, coalesce(q.unpolled_names, '{}')::text[] AS unpolled_names
  FROM work_pool p
  LEFT JOIN queues q ON q.work_pool_id = p.id
  LEFT JOIN workers w ON w.work_pool_id = p.id
  ORDER BY coalesce(q.late, 0) DESC, coalesce(q.used, 0) DESC, p.name
  LIMIT ${POOLS_MAX}`;

const Pools = v.array(
  v.object({
    name: v.string(),
    type: v.string(),
    status: v.string(),
    paused: v.boolean(),
    limit: v.nullable(v.number()),
    used: v.number(),
    held: v.number(),
    late: v.number(),
    deployed: v.boolean(),
    workers: v.number(),
    unpolled: v.number(),
    unpolled_names: v.array(v.string()),
  }),
);
type Pool = v.InferOutput<typeof Pools>[number];

const NEEDS: readonly Need[] = [
  {
    table: 'flow_run',
    columns: ['state_type', 'state_timestamp', 'work_queue_id', 'next_scheduled_start_time'],
    indexes: [['state_type'], ['next_scheduled_start_time']],
  },
  {
    table: 'work_pool',
    columns: ['id', 'name', 'type', 'status', 'is_paused', 'concurrency_limit'],
  },
  { table: 'work_queue', columns: ['id', 'name', 'work_pool_id', 'is_paused', 'last_polled'] },
  { table: 'worker', columns: ['work_pool_id', 'last_heartbeat_time', 'heartbeat_interval_seconds'] },
  { table: 'deployment', columns: ['work_queue_id', 'paused'], indexes: [['work_queue_id']] },
];

const STATUSES = ['READY', 'NOT_READY', 'PAUSED'] as const;
const SHOWN = 20;
const LABELLED_MAX = 20;

/** Push and managed pools run without workers, so no worker makes them ready. */
const needsWorkers = (p: Pool) => !/:(push|managed)$/.test(p.type);
const isNotReadyInUse = (p: Pool) =>
  p.status === 'NOT_READY' && !p.paused && needsWorkers(p) && (p.deployed || p.late > 0);
const isStalled = (p: Pool) => p.limit !== null && p.used >= p.limit && p.held > 0 && p.late > 0;
/** A queue nobody asks although workers of its pool are alive: the server does not note that it was asked. */
const isUnpolled = (p: Pool) => !p.paused && p.workers > 0 && p.unpolled > 0;
const isWorthShowing = (p: Pool) => isNotReadyInUse(p) || isStalled(p) || p.late > 0 || p.used > 0;

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

function slotSamples(pools: readonly Pool[]): readonly Sample[] {
  const limited = pools.flatMap((p) => (p.limit === null || p.limit === 0 ? [] : [{ ...p, limit: p.limit }]));
  if (limited.length === 0) {
    const value = { reason: 'missing', detail: 'no work pool has a concurrency limit' } as const;
    return [{ signal: 'postgres.work_pool.slots_used_percent', value }];
  }
  return limited
    .toSorted((a, b) => b.used / b.limit - a.used / a.limit)
    .slice(0, LABELLED_MAX)
    .map((p) => ({
      signal: 'postgres.work_pool.slots_used_percent',
      value: (100 * p.used) / p.limit,
      labels: { pool: p.name },
    }));
}

const shown = ({ name, status, paused, limit, used, held, late, workers }: Pool) => ({
  name,
  status,
  paused,
  limit,
  used,
  held,
  late,
  workers,
});

/** Work pools and their queues: whether they are ready, and whether their slots serve runs that run. */
export const prefectWorkPools = prefectCollector({
  name: 'prefect-work-pools',
  tier: 'minute',
  signals: [
    'postgres.work_pools',
    'postgres.work_pools.not_ready_in_use',
    'postgres.work_pools.stalled_by_pending',
    'postgres.work_pool.slots_used_percent',
    'postgres.work_queues.unpolled',
  ],
  cheap: `small tables, and at most ${READ_MAX} runs that are PENDING or RUNNING, by index`,
  needs: NEEDS,
  async collect(client) {
    const pools = v.parse(Pools, await byIndex(client, POOLS));
    const unpolled = pools.filter(isUnpolled);
    return {
      samples: [
        ...STATUSES.map((status) => ({
          signal: 'postgres.work_pools',
          value: pools.filter((p) => p.status === status).length,
          labels: { status },
        })),
        { signal: 'postgres.work_pools.not_ready_in_use', value: pools.filter(isNotReadyInUse).length },
        { signal: 'postgres.work_pools.stalled_by_pending', value: pools.filter(isStalled).length },
        ...slotSamples(pools),
        { signal: 'postgres.work_queues.unpolled', value: sum(unpolled.map((p) => p.unpolled)) },
      ],
      facts: {
        work_pools: pools.filter(isWorthShowing).slice(0, SHOWN).map(shown),
        work_pools_not_ready: pools.filter(isNotReadyInUse).slice(0, SHOWN).map(shown),
        work_pools_stalled: pools.filter(isStalled).slice(0, SHOWN).map(shown),
        work_queues_unpolled: unpolled
          .slice(0, SHOWN)
          .map((p) => ({ pool: p.name, queues: p.unpolled_names })),
      },
    };
  },
});
