import { signalsOf } from '../signal.ts';

/** What the background services did and owe, as it shows in the tables they work on. */
export const PREFECT_SERVICES_SIGNALS = signalsOf('postgres')({
  'postgres.service.done': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    label: 'service',
    help: 'how often a background service lately did what it is there for, over the last five minutes',
    from: 'flow_run_state, flow_run, worker',
  },
  'postgres.service.done_age_seconds': {
    metric: null,
    unit: 'Seconds',
    nature: 'gauge',
    label: 'service',
    help: 'time since it last did, where that was in the last five minutes',
    from: 'flow_run_state, flow_run, worker',
  },
  'postgres.scheduler.overdue_seconds': {
    metric: null,
    unit: 'Seconds',
    nature: 'gauge',
    label: 'service',
    help: 'for how long schedules wait for a run the scheduler should have made; 0 when none does',
    from: 'flow_run, deployment, deployment_schedule',
  },
  'postgres.clean_up.overdue_seconds': {
    metric: null,
    unit: 'Seconds',
    nature: 'gauge',
    label: 'service',
    help: 'for how long a run should have been ended by a background service; 0 when there is none',
    from: 'flow_run, flow_run_state, task_run',
  },
  'postgres.clean_up.overdue': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    label: 'service',
    help: 'such runs, among those looked at',
    from: 'flow_run, flow_run_state, task_run',
  },
  'postgres.recording.overdue_seconds': {
    metric: null,
    unit: 'Seconds',
    nature: 'gauge',
    label: 'service',
    help: 'for how long a change of state is not in the table a consumer writes; 0 when nothing is missing',
    from: 'events, flow_run_state, task_run_state',
  },
  'postgres.recording.newest_age_seconds': {
    metric: null,
    unit: 'Seconds',
    nature: 'gauge',
    label: 'service',
    help: 'time since a consumer last wrote a row',
    from: 'right end of the index on updated',
  },
});
