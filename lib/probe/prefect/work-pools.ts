import * as v from 'valibot';
import { failureOf } from '../failure.ts';
import type { PrefectApi } from './api.ts';
import { type Listed, readPages } from './pages.ts';
import { workCollector } from './work-collector.ts';

/**
 * Each pool carries the whole template of its jobs, a dozen KB on Kubernetes: ten are what one answer holds. Workers can
 * only be asked for pool by pool. What is left over is marked as partial.
 */
const POOLS = '/work_pools/filter';
const POOLS_PER_PAGE = 10;
const POOL_PAGES_MAX = 10;
const workersOf = (pool: string) => `/work_pools/${encodeURIComponent(pool)}/workers/filter`;
const WORKERS_PER_PAGE = 100;
const POOLS_ASKED_MAX = 20;
const DEPLOYMENTS = '/deployments/count';
const deploymentsOf = (pool: string) => ({
  work_pools: { name: { any_: [pool] } },
  deployments: { paused: { eq_: false } },
});
const NOT_READY_ASKED_MAX = 10;
const REQUESTS_MAX = POOL_PAGES_MAX + POOLS_ASKED_MAX + NOT_READY_ASKED_MAX;

/** Prefect's own rule for a worker that is gone, a grace for Foreman to say so, and a day to be remembered. */
const MISSED_HEARTBEATS = 3;
const FOREMAN_GRACE_SECONDS = 60;
const REMEMBERED_SECONDS = 86_400;

const Pool = v.object({
  name: v.string(),
  type: v.string(),
  status: v.nullish(v.string(), null),
  is_paused: v.boolean(),
  concurrency_limit: v.nullish(v.number(), null),
  active_slots: v.nullish(v.number(), null),
});
type Pool = v.InferOutput<typeof Pool>;
const Worker = v.object({
  name: v.string(),
  last_heartbeat_time: v.nullish(v.string(), null),
  heartbeat_interval_seconds: v.nullish(v.number(), 30),
});
const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

const STATUSES = ['READY', 'NOT_READY', 'PAUSED'] as const;
const SHOWN = 20;

/** Push and managed pools run without workers, so no worker makes them ready. */
const needsWorkers = (p: Pool) => !p.is_paused && !/:(push|managed)$/.test(p.type);

/** Of a list that was read in part what was seen is true; that nothing was seen says nothing. */
const IN_PART = { reason: 'failed', detail: 'the list could only be read in part' } as const;
const seenIn = (partial: string | null, many: number) => (partial !== null && many === 0 ? IN_PART : many);

interface Seen {
  readonly pool: string;
  readonly worker: string;
  readonly silent_seconds: number;
  readonly interval_seconds: number;
}

/** Prefect lists those that sent a heartbeat last first: more than a page of them leaves out the long gone. */
async function workersIn(pool: string, api: PrefectApi, abort: AbortSignal): Promise<readonly Seen[]> {
  const pages = { path: workersOf(pool), row: Worker, perPage: WORKERS_PER_PAGE, pagesMax: 1 };
  const { rows } = await readPages(api, pages, abort);
  const now = Date.now();
  return rows.flatMap(({ name, last_heartbeat_time, heartbeat_interval_seconds }) => {
    const silent = (now - Date.parse(last_heartbeat_time ?? '')) / 1000;
    if (!(silent < REMEMBERED_SECONDS)) return [];
    return { pool, worker: name, silent_seconds: silent, interval_seconds: heartbeat_interval_seconds ?? 30 };
  });
}

const missed = (w: Seen, graceSeconds = 0) =>
  w.silent_seconds > MISSED_HEARTBEATS * w.interval_seconds + graceSeconds;

/** The workers of every pool that needs some, as far as they may be asked for. */
async function workersOfAll(
  pools: Listed<Pool>,
  api: PrefectApi,
  abort: AbortSignal,
): Promise<Listed<Seen & { readonly ready: boolean }>> {
  const asked = pools.rows.filter(needsWorkers);
  const rows: (Seen & { readonly ready: boolean })[] = [];
  let partial = asked.length > POOLS_ASKED_MAX ? `more than ${POOLS_ASKED_MAX} pools` : pools.partial;
  for (const { name, status } of asked.slice(0, POOLS_ASKED_MAX)) {
    try {
      const ready = status === 'READY';
      rows.push(...(await workersIn(name, api, abort)).map((w) => ({ ...w, ready })));
    } catch (error) {
      partial = failureOf(error).detail;
    }
  }
  return { rows, partial };
}

/** Pools nobody works for although deployments send their runs there. */
async function notReadyInUse(
  { rows, partial }: Listed<Pool>,
  api: PrefectApi,
  abort: AbortSignal,
): Promise<Listed<Pool>> {
  const idle = rows.filter((p) => p.status === 'NOT_READY' && needsWorkers(p));
  const used: Pool[] = [];
  for (const pool of idle.slice(0, NOT_READY_ASKED_MAX)) {
    const deployments = v.parse(
      Count,
      await api.json({ path: DEPLOYMENTS, body: deploymentsOf(pool.name), abort }),
    );
    if (deployments > 0) used.push(pool);
  }
  const isCut = idle.length > NOT_READY_ASKED_MAX;
  return { rows: used, partial: isCut ? `more than ${NOT_READY_ASKED_MAX} pools` : partial };
}

/** Work pools and their workers: whether pools in use are ready, and whether anybody notes that workers are gone. */
export const workPools = workCollector({
  name: 'work pools',
  tier: 'quarter-hour',
  signals: [
    'prefect.work_pools',
    'prefect.work_pools.not_ready_in_use',
    'prefect.workers.fresh',
    'prefect.workers.stale_online',
  ],
  cheap: `small tables, at most ${REQUESTS_MAX} requests, four times an hour`,
  async collect(api, abort) {
    api.allow(REQUESTS_MAX);
    const listing = { path: POOLS, row: Pool, perPage: POOLS_PER_PAGE, pagesMax: POOL_PAGES_MAX };
    const pools = await readPages(api, listing, abort);
    const workers = await workersOfAll(pools, api, abort);
    const notReady = await notReadyInUse(pools, api, abort);
    const fresh = workers.rows.filter((w) => !missed(w));
    const alive = new Set(fresh.map((w) => w.pool));
    // The API works out the status of a worker itself; that of its pool is what Foreman wrote.
    const stale = workers.rows.filter(
      (w) => w.ready && !alive.has(w.pool) && missed(w, FOREMAN_GRACE_SECONDS),
    );
    return {
      samples: [
        ...STATUSES.map((status) => ({
          signal: 'prefect.work_pools',
          value: pools.partial === null ? pools.rows.filter((p) => p.status === status).length : IN_PART,
          labels: { status },
        })),
        {
          signal: 'prefect.work_pools.not_ready_in_use',
          value: seenIn(notReady.partial, notReady.rows.length),
        },
        { signal: 'prefect.workers.fresh', value: seenIn(workers.partial, fresh.length) },
        { signal: 'prefect.workers.stale_online', value: seenIn(workers.partial, stale.length) },
      ],
      facts: {
        work_read: { partial: workers.partial ?? notReady.partial },
        workers_stale_online: stale
          .slice(0, SHOWN)
          .map(({ pool, worker, silent_seconds }) => ({ pool, worker, silent_seconds })),
        work_pools_not_ready: notReady.rows.slice(0, SHOWN).map((p) => ({
          name: p.name,
          limit: p.concurrency_limit,
          used: p.active_slots ?? 0,
          held: 0,
          late: null,
          workers: fresh.filter((w) => w.pool === p.name).length,
        })),
      },
    };
  },
});
