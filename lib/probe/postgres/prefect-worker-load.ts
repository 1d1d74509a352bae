import * as v from 'valibot';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/**
 * A worker writes its name into the labels of every run it takes. Runs are counted on workers that are alive, those
 * without a run among them.
 */
const READ_MAX = 20_000;
const LOADS = `
  WITH active AS MATERIALIZED (
    SELECT work_queue_id, labels ->> 'prefect.worker.name' AS worker
    FROM flow_run
    WHERE state_type IN ('PENDING', 'RUNNING')
    LIMIT ${READ_MAX}
  ), loads AS MATERIALIZED (
    SELECT q.work_pool_id, a.worker, count(*) AS runs
    FROM active a
    JOIN work_queue q ON q.id = a.work_queue_id
    WHERE a.worker IS NOT NULL
    GROUP BY q.work_pool_id, a.worker
  )
  SELECT p.name AS pool, w.name AS worker, coalesce(l.runs, 0)::int AS runs
  FROM worker w
  JOIN work_pool p ON p.id = w.work_pool_id
  LEFT JOIN loads l ON l.work_pool_id = w.work_pool_id AND l.worker = w.name
  WHERE w.last_heartbeat_time > now() - 3 * coalesce(w.heartbeat_interval_seconds, 30) * interval '1 second'
  ORDER BY runs DESC, p.name, w.name
  LIMIT 2000`;

const Loads = v.array(v.object({ pool: v.string(), worker: v.string(), runs: v.number() }));
type Load = v.InferOutput<typeof Loads>[number];

const NEEDS: readonly Need[] = [
  {
    table: 'flow_run',
    columns: ['state_type', 'work_queue_id', 'labels'],
    indexes: [['state_type']],
  },
  { table: 'work_queue', columns: ['id', 'work_pool_id'], indexes: [['id']] },
  { table: 'work_pool', columns: ['id', 'name'] },
  {
    table: 'worker',
    columns: ['name', 'work_pool_id', 'last_heartbeat_time', 'heartbeat_interval_seconds'],
  },
];

/** With fewer runs chance alone makes the difference. */
const RUNS_MIN = 10;
const SHOWN = 5;

interface PoolLoad {
  readonly pool: string;
  readonly busiest: string;
  readonly runs: number;
  /** What each other worker of the pool has on average. */
  readonly others_mean: number;
  readonly workers: number;
  readonly times: number;
}

const sum = (loads: readonly Load[]) => loads.reduce((all, { runs }) => all + runs, 0);

/** How a pool's runs are spread; null where one worker or a handful of runs leave nothing to spread. */
function loadOf(pool: string, loads: readonly Load[]): PoolLoad | null {
  const [busiest, ...others] = loads.toSorted((a, b) => b.runs - a.runs);
  if (busiest === undefined || others.length === 0 || sum(loads) < RUNS_MIN) return null;
  const mean = sum(others) / others.length;
  const times = busiest.runs / Math.max(1, mean);
  const { worker, runs } = busiest;
  return { pool, busiest: worker, runs, others_mean: mean, workers: loads.length, times };
}

/** How evenly the workers of a pool share its runs. */
export const prefectWorkerLoad = prefectCollector({
  name: 'prefect-worker-load',
  tier: 'quarter-hour',
  signals: ['postgres.workers.busiest_times_others'],
  cheap: `a table of one row a worker, and at most ${READ_MAX} runs that are PENDING or RUNNING, by index`,
  needs: NEEDS,
  async collect(client) {
    const loads = v.parse(Loads, (await client.query(LOADS)).rows);
    const pools = [...Map.groupBy(loads, ({ pool }) => pool)]
      .flatMap(([pool, ofPool]) => loadOf(pool, ofPool) ?? [])
      .toSorted((a, b) => b.times - a.times);
    return {
      samples: [{ signal: 'postgres.workers.busiest_times_others', value: pools[0]?.times ?? 0 }],
      facts: { worker_loads: pools.slice(0, SHOWN).map((load) => ({ ...load })) },
    };
  },
});
