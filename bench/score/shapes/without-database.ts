import { prefectAsRecommended, recorded } from './recorded.ts';
import type { Shape } from './shape.ts';
import { installationOf, PREFECT } from './whole.ts';

const WORK_BY_API = {
  'prefect.flow_runs.late_unmarked': 0,
  'prefect.flow_runs.late_unmarked_oldest_seconds': 0,
  'prefect.flow_runs.stuck_pending': 0,
  'prefect.flow_runs.stuck_pending_oldest_seconds': 0,
};
const POOLS_BY_API = {
  'prefect.work_pools': { READY: 1, NOT_READY: 0, PAUSED: 0 },
  'prefect.work_pools.not_ready_in_use': 0,
  'prefect.workers.fresh': 1,
  'prefect.workers.stale_online': 0,
  'prefect.work_queues.unpolled': 0,
  'prefect.concurrency_limits': 0,
  'prefect.concurrency_limits.exhausted': 0,
  'prefect.deployments': 3,
};

/** Nobody may look into the database: what becomes of runs and pools, Prefect's API says. */
export const withoutDatabase = (): Shape => ({
  installation: installationOf({
    redis: [{ name: 'main', host: 'redis.internal' }],
    prefect: [PREFECT],
  }),
  probes: [
    ...recorded('redis/main'),
    ...recorded('prefect/server', {
      ...prefectAsRecommended({}, WORK_BY_API),
      'quarter-hour': { values: POOLS_BY_API },
    }),
  ],
  vended: {},
});
