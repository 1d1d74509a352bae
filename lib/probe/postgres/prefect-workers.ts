import * as v from 'valibot';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/**
 * Prefect's own rule: silent for three of its intervals, a worker is gone, and Foreman, which looks every 15 s, lists
 * it OFFLINE. One still listed ONLINE a minute later says that Foreman does not look. Rows of workers long gone stay
 * for ever; those silent for a day and OFFLINE are not counted.
 */
const MISSED_HEARTBEATS = 3;
const FOREMAN_GRACE_SECONDS = 60;
const WORKERS = `
  SELECT p.name AS pool, w.name AS worker, w.status = 'ONLINE' AS online,
         extract(epoch FROM now() - w.last_heartbeat_time)::float8 AS silent_seconds,
         coalesce(w.heartbeat_interval_seconds, 30)::float8 AS interval_seconds
  FROM worker w
  JOIN work_pool p ON p.id = w.work_pool_id
  WHERE w.status = 'ONLINE' OR w.last_heartbeat_time > now() - interval '1 day'
  ORDER BY w.last_heartbeat_time DESC
  LIMIT 5000`;

const Workers = v.array(
  v.object({
    pool: v.string(),
    worker: v.string(),
    online: v.boolean(),
    silent_seconds: v.number(),
    interval_seconds: v.number(),
  }),
);
type Worker = v.InferOutput<typeof Workers>[number];

const NEEDS: readonly Need[] = [
  {
    table: 'worker',
    columns: ['name', 'work_pool_id', 'status', 'last_heartbeat_time', 'heartbeat_interval_seconds'],
  },
  { table: 'work_pool', columns: ['id', 'name'] },
];

/** Since when Foreman should have listed it OFFLINE. */
const overdueSeconds = (w: Worker) => w.silent_seconds - MISSED_HEARTBEATS * w.interval_seconds;
const isStale = (w: Worker) => overdueSeconds(w) > 0;
const isStaleForLong = (w: Worker) => overdueSeconds(w) > FOREMAN_GRACE_SECONDS;
const SHOWN = 10;

/** Which workers are alive by their heartbeats, and whether anybody takes note of those that are not. */
export const prefectWorkers = prefectCollector({
  name: 'prefect-workers',
  tier: 'minute',
  signals: [
    'postgres.workers.fresh',
    'postgres.workers.stale',
    'postgres.workers.stale_online',
    'postgres.workers.stale_online_overdue_seconds',
  ],
  cheap: 'a table of one row a worker',
  needs: NEEDS,
  async collect(client) {
    const workers = v.parse(Workers, (await client.query(WORKERS)).rows);
    const stale = workers.filter(isStale);
    const staleOnline = workers.filter((w) => w.online && isStaleForLong(w));
    return {
      samples: [
        { signal: 'postgres.workers.fresh', value: workers.length - stale.length },
        { signal: 'postgres.workers.stale', value: stale.length },
        { signal: 'postgres.workers.stale_online', value: staleOnline.length },
        {
          signal: 'postgres.workers.stale_online_overdue_seconds',
          value: Math.max(0, ...workers.filter((w) => w.online).map(overdueSeconds)),
        },
      ],
      facts: {
        workers_stale_online: staleOnline
          .slice(0, SHOWN)
          .map(({ pool, worker, silent_seconds }) => ({ pool, worker, silent_seconds })),
      },
    };
  },
});
