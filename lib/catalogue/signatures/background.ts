import { type Signature, SOURCE } from './signature.ts';

/** Docket, the services it runs, and the loops that were before it. */
export const BACKGROUND_SIGNATURES: readonly Signature[] = [
  {
    id: 'loop-overrun',
    theme: 'docket',
    pattern: /\b\w{1,60} took [\d.]{1,20} seconds to run, which is longer than its loop interval/,
    anchors: ['longer than its loop interval'],
    releases: { until: '3.6.6' },
    examples: [
      {
        text: '08:00:00.000 | WARNING | prefect.server.services.foreman - Foreman took 31.2 seconds to run, which is longer than its loop interval of 15.0 seconds.',
        from: SOURCE,
      },
      {
        text: '08:00:00.000 | WARNING | prefect.server.services.marklateruns - MarkLateRuns took 12.101 seconds to run, which is longer than its loop interval of 5.0 seconds.',
        from: SOURCE,
        also: ['mark-late-overrun'],
      },
    ],
    nearMisses: ['The train took 31.2 seconds to run'],
    meaning: 'a background service needs longer than its interval: it falls behind',
  },
  {
    id: 'mark-late-overrun',
    theme: 'docket',
    pattern: /\bMarkLateRuns took [\d.]{1,20} seconds\b/,
    anchors: ['MarkLateRuns took'],
    releases: { until: '3.6.6' },
    examples: [
      {
        text: '08:00:00.000 | WARNING | prefect.server.services.marklateruns - MarkLateRuns took 12.101 seconds to run, which is longer than its loop interval of 5.0 seconds.',
        from: SOURCE,
        also: ['loop-overrun'],
      },
    ],
    nearMisses: ['MarkLateRuns took a break', 'MarkLateRuns started'],
    meaning: 'runs are marked Late later than they should be',
  },
  {
    id: 'loop-error',
    theme: 'docket',
    pattern: /\bUnexpected error in: /,
    anchors: ['Unexpected error in: '],
    releases: { until: '3.6.6' },
    examples: [
      {
        text: '08:00:00.000 | ERROR   | prefect.server.services.scheduler - Unexpected error in: TimeoutError()',
        from: SOURCE,
      },
    ],
    nearMisses: ['Unexpected error in the flow'],
    meaning: 'a pass of a background service failed',
  },
  {
    id: 'docket-task-failed',
    theme: 'docket',
    pattern: /\bdocket\.(?:dependencies|worker) - ↩ \[/,
    anchors: ['↩'],
    releases: { since: '3.6.7' },
    examples: [
      {
        text: '04:10:44.714 | ERROR   | docket.dependencies - ↩ [ 10014ms] monitor_late_runs(){monitor_late_runs}',
        from: 'locked-table-services',
      },
    ],
    nearMisses: ['docket.worker - ↪ [    43ms] schedule_recent_deployments(){x}', 'press ↩ to go on'],
    meaning: 'a background task failed: a service of a schedule runs again, any other task is lost',
  },
  {
    id: 'docket-loop-failed',
    theme: 'docket',
    pattern:
      /Error in scheduler loop|Error re-seeding automatic perpetual tasks|Failed to renew leases|Error (?:sending|clearing) worker heartbeat|Error connecting to redis, retrying|Error in cancellation listener|Redis connection error in cancellation listener|docket\.strikelist - Connection error/,
    anchors: [
      'Error in scheduler loop',
      'automatic perpetual tasks',
      'Failed to renew leases',
      'worker heartbeat',
      'Error connecting to redis',
      'cancellation listener',
      'docket.strikelist',
    ],
    releases: { since: '3.6.7' },
    examples: [
      {
        text: '04:12:37.178 | ERROR   | docket.worker - Error in scheduler loop',
        from: 'redis-stopped-services',
      },
      {
        text: '04:12:22.083 | WARNING | docket.worker - Error connecting to redis, retrying in 0:00:05...',
        from: 'redis-stopped-services',
      },
    ],
    nearMisses: ['Sending worker heartbeat', 'Renewed leases'],
    meaning: 'the worker of the background services cannot do its own work, mostly for want of Redis',
  },
  {
    id: 'docket-unknown-task',
    theme: 'docket',
    pattern: /Unknown task '\w{1,100}' received - dropping/,
    anchors: ['received - dropping'],
    releases: { since: '3.6.7' },
    examples: [
      {
        text: "08:00:00.000 | WARNING | docket.worker - Unknown task 'monitor_late_runs' received - dropping. ",
        from: SOURCE,
      },
    ],
    nearMisses: ["Unknown task 'x' received"],
    meaning: 'processes of different releases share a docket: a service may have lost its chain',
  },
  {
    id: 'schedule-failed',
    theme: 'docket',
    pattern: /Error scheduling deployment /,
    anchors: ['Error scheduling deployment'],
    examples: [
      {
        text: "08:00:00.000 | ERROR   | prefect.server.services.scheduler - Error scheduling deployment UUID('01a1fc4b').",
        from: SOURCE,
      },
    ],
    nearMisses: ['Scheduling deployment'],
    meaning: 'one deployment gets no runs: its schedule cannot be worked out',
  },
  {
    id: 'lease-failed',
    theme: 'docket',
    pattern:
      /Lease \S{1,80} (?:should be revoked but|not found during)|Failed to (?:create|renew|revoke|read|clean up)(?: active| expired)? lease|Concurrency lease renewal failed/,
    anchors: ['Lease ', 'lease'],
    examples: [
      {
        text: '08:00:00.000 | WARNING | prefect.server.services.repossessor - Lease 01a1fc4b should be revoked but was not found',
        from: SOURCE,
      },
    ],
    nearMisses: ['a new release', 'Lease 01a1fc4b was renewed'],
    meaning: 'a slot of a concurrency limit cannot be kept or given back',
  },
  {
    id: 'pool-channel-failed',
    theme: 'docket',
    pattern:
      /Worker channel (?:setup|heartbeat persistence|cleanup dispatch|cleanup message delivery) failed|worker_channel_initial_heartbeat_failed/,
    anchors: ['Worker channel', 'worker_channel_initial_heartbeat_failed'],
    releases: { since: '3.7.0' },
    examples: [
      {
        text: '04:14:18.296 | ERROR   | prefect.server.api.workers - Worker channel setup failed due to a transient server error: work_pool=local',
        from: 'postgres-stopped-server',
      },
    ],
    nearMisses: ['Worker channel opened'],
    meaning: "a worker's standing connection to the API failed there",
  },
];
