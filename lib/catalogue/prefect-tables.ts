/** Prefect's tables that grow with use: every run, state, log line and event leaves a row in them. */
export const GROWING_TABLES = [
  'events',
  'event_resources',
  'log',
  'flow_run',
  'flow_run_state',
  'task_run',
  'task_run_state',
  'artifact',
] as const;

/** Those that describe how runs are placed and who carries them out. */
export const ORCHESTRATION_TABLES = [
  'flow',
  'deployment',
  'deployment_schedule',
  'work_pool',
  'work_queue',
  'worker',
  'concurrency_limit_v2',
] as const;
