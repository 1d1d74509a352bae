import { signalsOf } from '../signal.ts';

/**
 * Runs, pools and workers as the API tells of them, where no database is watched that says the same more often and for
 * less. Named as the signals of PostgreSQL are, so that one finding judges by either.
 */
export const PREFECT_API_WORK_SIGNALS = signalsOf('prefect')({
  'prefect.flow_runs.late_unmarked': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    help: 'flow runs over a minute past their start that nobody marked Late, of the fifty that wait longest',
    from: 'POST /flow_runs/filter',
  },
  'prefect.flow_runs.late_unmarked_oldest_seconds': {
    metric: null,
    unit: 'Seconds',
    nature: 'gauge',
    help: 'how long the longest of those is overdue; 0 when there is none',
    from: 'POST /flow_runs/filter',
  },
  'prefect.flow_runs.stuck_pending': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    help: 'flow runs PENDING for over ten minutes, of the fifty that wait longest',
    from: 'POST /flow_runs/filter',
  },
  'prefect.flow_runs.stuck_pending_oldest_seconds': {
    metric: null,
    unit: 'Seconds',
    nature: 'gauge',
    help: 'how long the longest of those is PENDING; 0 when there is none',
    from: 'POST /flow_runs/filter',
  },
  'prefect.work_pools': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    label: 'status',
    tiers: ['quarter-hour'],
    help: 'work pools by status',
    from: 'POST /work_pools/filter',
  },
  'prefect.work_pools.not_ready_in_use': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: 'work pools that need workers, have deployments, and are NOT_READY',
    from: 'POST /work_pools/filter, POST /deployments/count',
  },
  'prefect.workers.fresh': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: 'workers whose last heartbeat is less than three intervals old',
    from: 'POST /work_pools/{name}/workers/filter',
  },
  'prefect.workers.stale_online': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: 'workers silent for a minute more than that, though not for a day, whose pool is READY without another',
    from: 'POST /work_pools/{name}/workers/filter',
  },
  'prefect.work_queues.unpolled': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: 'queues that are not paused and were not asked for two minutes, but within a day',
    from: 'POST /work_queues/filter',
  },
  'prefect.deployments': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: 'deployments',
    from: 'POST /deployments/count',
  },
  'prefect.concurrency_limits': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: 'active concurrency limits',
    from: 'POST /v2/concurrency_limits/filter',
  },
  'prefect.concurrency_limits.exhausted': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: 'active concurrency limits with every slot taken, rates left out',
    from: 'POST /v2/concurrency_limits/filter',
  },
});
