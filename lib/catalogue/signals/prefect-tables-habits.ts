import { signalsOf } from '../signal.ts';

/** How Prefect is used rather than how it is: what fits badly shows here before it hurts. */
export const PREFECT_HABITS_SIGNALS = signalsOf('postgres')({
  'postgres.deployments.polling_short_percent': {
    metric: null,
    unit: 'Percent',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: 'completed runs that took under five seconds, of the deployment most given to it among those that ran by schedule every five minutes or less in the last six hours; 0 when there is none',
    from: 'flow_run, deployment, deployment_schedule',
  },
  'postgres.work_pools.busiest_minute_runs': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: 'most flow runs asked for in one minute of the last six hours from one pool whose workers poll, those the scheduler made left out',
    from: 'flow_run, work_queue, work_pool',
  },
  'postgres.work_pools.most_deployments_on_kubernetes': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: 'deployments of the Kubernetes work pool that has most',
    from: 'deployment, work_queue, work_pool',
  },
  'postgres.work_pools.serverless_idle_seconds': {
    metric: null,
    unit: 'Seconds',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: 'for how long, up to 48 hours, the most idle serverless work pool with a live worker had no run due; 0 when there is no such pool',
    from: 'work_pool, worker, flow_run',
  },
  'postgres.workers.busiest_times_others': {
    metric: null,
    unit: 'None',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: "runs under way on a pool's busiest worker, for each run its other live workers have on average, of the pool where that is most; 0 where no pool has two workers and ten runs",
    from: 'flow_run.labels, worker',
  },
});
