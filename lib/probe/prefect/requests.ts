import * as v from 'valibot';
import type { Collector, Sample } from '../collector.ts';
import { failureOf } from '../failure.ts';
import type { ApiQuestion, PrefectApi } from './api.ts';

/**
 * What people wait for: the first page of runs as the UI's list asks for it, of one day as its dashboard is set to at
 * first, the dashboard's count of task runs, and the pool every deployment and every worker reads. Prefect gives up on
 * a statement after 10 s, so one that takes longer than this has failed.
 */
const RUN_LIST = '/flow_runs/paginate';
const TASK_RUN_COUNT = '/task_runs/count';
const POOLS = '/work_pools/filter';
const poolNamed = (name: string) => `/work_pools/${encodeURIComponent(name)}`;
const TIMEOUT_MS = 11_000;
const DAY_MS = 86_400_000;
const PAGE_RUNS = 10;

const runList = (since: string, until: string) => ({
  flow_runs: { operator: 'and_', expected_start_time: { after_: since, before_: until } },
  sort: 'START_TIME_DESC',
  limit: PAGE_RUNS,
  page: 1,
});
const taskRunCount = (since: string, until: string) => ({
  task_runs: { operator: 'and_', start_time: { after_: since, before_: until } },
});

/** Where no pool is, or the list does not answer, a name nobody gives is looked up just as well: the answer is 404. */
const NO_POOL = 'prefect-vitals-asks-for-no-pool';
const Named = v.array(v.object({ name: v.string() }));

const SIGNAL = 'prefect.server.api.request.duration';

async function poolName(api: PrefectApi, abort: AbortSignal): Promise<string> {
  try {
    const [pool] = v.parse(Named, await api.json({ path: POOLS, body: { limit: 1, offset: 0 }, abort }));
    return pool?.name ?? NO_POOL;
  } catch {
    // That the pools cannot be listed shows in the time of the one that is asked for next.
    return NO_POOL;
  }
}

async function timed(
  request: string,
  api: PrefectApi,
  question: ApiQuestion & { readonly mayMiss?: boolean },
): Promise<Sample> {
  const labels = { request };
  try {
    const value = await api.timed({ ...question, timeoutMs: TIMEOUT_MS });
    return { signal: SIGNAL, value, labels };
  } catch (error) {
    const { reason, detail } = failureOf(error);
    return { signal: SIGNAL, value: { reason, detail }, labels };
  }
}

/** How long Prefect takes to answer what people and workers ask it, all at once as a page of its UI does. */
export const requests: Collector<PrefectApi> = {
  name: 'timed requests',
  tier: 'minute',
  signals: [SIGNAL],
  cheap: 'four requests as one open page of the UI sends them, over the runs of one day',
  async collect(api, abort) {
    const now = Date.now();
    const day = [new Date(now - DAY_MS).toISOString(), new Date(now).toISOString()] as const;
    const pool = await poolName(api, abort);
    const samples = await Promise.all([
      timed('run_list', api, { path: RUN_LIST, body: runList(...day), abort }),
      timed('task_run_count', api, { path: TASK_RUN_COUNT, body: taskRunCount(...day), abort }),
      timed('read_work_pool', api, { path: poolNamed(pool), mayMiss: true, abort }),
    ]);
    return { samples };
  },
};
