import { signalsOf } from '../signal.ts';

/**
 * Flow runs as their table holds them. `postgres.flow_runs` counts the same runs as `prefect.flow_run.count` of a prefect
 * target does over HTTP: where both are watched this one is the cheaper and the fresher.
 */
export const PREFECT_FLOW_RUNS_SIGNALS = signalsOf('postgres')({
  'postgres.flow_runs': {
    metric: 'PostgresFlowRuns',
    unit: 'Count',
    nature: 'gauge',
    label: 'state',
    tiers: ['minute', 'quarter-hour'],
    help: 'flow runs by state type; those under way are counted every minute, to 20000, the others every quarter of an hour',
    from: 'flow_run',
  },
  'postgres.flow_runs.awaiting_slot': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    help: "flow runs that wait for a slot of their deployment's concurrency limit",
    from: 'flow_run',
  },
  'postgres.flow_runs.late': {
    metric: 'PostgresFlowRunsLate',
    essential: {},
    unit: 'Count',
    nature: 'gauge',
    help: 'flow runs marked Late, among the 6000 that are overdue longest and shortest',
    from: 'flow_run',
  },
  'postgres.flow_runs.late_oldest_seconds': {
    metric: null,
    unit: 'Seconds',
    nature: 'gauge',
    help: 'how long the longest of those is overdue; 0 when there is none',
    from: 'flow_run',
  },
  'postgres.flow_runs.late_unmarked': {
    metric: 'PostgresFlowRunsLateUnmarked',
    unit: 'Count',
    nature: 'gauge',
    help: 'flow runs over a minute past their start that nobody marked Late',
    from: 'flow_run',
  },
  'postgres.flow_runs.late_unmarked_oldest_seconds': {
    metric: null,
    unit: 'Seconds',
    nature: 'gauge',
    help: 'how long ago the longest unmarked run was to start; 0 when there is none',
    from: 'flow_run',
  },
  'postgres.flow_runs.created_per_minute': {
    metric: 'PostgresFlowRunsCreated',
    unit: 'Count',
    nature: 'gauge',
    help: 'flow runs created a minute, over the last five',
    from: 'flow_run',
  },
  'postgres.flow_runs.busiest_deployment_per_minute': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    help: 'flow runs a minute of the deployment most were asked of, those the scheduler made left out',
    from: 'flow_run',
  },
  'postgres.flow_runs.usual_per_minute': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: 'flow runs a minute that were asked of deployments, over the day before the last hour',
    from: 'flow_run',
  },
  'postgres.flow_runs.stuck_pending': {
    metric: 'PostgresFlowRunsStuckPending',
    unit: 'Count',
    nature: 'gauge',
    help: 'flow runs PENDING for over ten minutes, of the 5000 looked at',
    from: 'flow_run',
  },
  'postgres.flow_runs.stuck_pending_oldest_seconds': {
    metric: null,
    unit: 'Seconds',
    nature: 'gauge',
    help: 'how long the longest of those is PENDING; 0 when there is none',
    from: 'flow_run',
  },
  'postgres.flow_runs.stuck_cancelling': {
    metric: 'PostgresFlowRunsStuckCancelling',
    unit: 'Count',
    nature: 'gauge',
    help: 'flow runs CANCELLING for over 320 seconds, of the 5000 looked at',
    from: 'flow_run',
  },
  'postgres.flow_runs.stuck_cancelling_oldest_seconds': {
    metric: null,
    unit: 'Seconds',
    nature: 'gauge',
    help: 'how long the longest of those is CANCELLING; 0 when there is none',
    from: 'flow_run',
  },
  'postgres.flow_runs.running_with_heartbeat': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: 'of the 200 flow runs RUNNING longest, those that ever sent a heartbeat',
    from: 'flow_run, events',
  },
  'postgres.flow_runs.running_silent': {
    metric: 'PostgresFlowRunsSilent',
    unit: 'Count',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    help: 'of those, the ones whose last heartbeat is over ten minutes old',
    from: 'flow_run, events',
  },
});
