/** Under which setting a service is switched on. `includes` names the word a list must hold to switch it on. */
interface Switch {
  readonly path: string;
  readonly includes?: string;
}

/**
 * A background service that Prefect runs again and again as a task of docket, under its own name as the key. Paths are
 * those of `/admin/settings` below `server`; a release that lacks one of them has no such service. `since` is the
 * first release it was found in, as such a task; docs/background-services.md says how exact that is.
 */
export interface PerpetualService {
  readonly name: string;
  readonly since: string;
  readonly intervalSeconds: number;
  /** Null where the interval is fixed. */
  readonly intervalPath: string | null;
  /** All of them must be on. */
  readonly switches: readonly Switch[];
  /** What no longer happens when it stands still. */
  readonly does: string;
}

/** The first release whose periodic services are tasks of docket; earlier ones are loops that leave nothing in Redis. */
const FIRST_PERPETUAL_RELEASE = '3.6.7';

const CLEANUP = 'services.cancellation_cleanup';
const VACUUM = 'services.db_vacuum';

export const PERPETUAL_SERVICES: readonly PerpetualService[] = [
  {
    name: 'schedule_deployments',
    since: FIRST_PERPETUAL_RELEASE,
    intervalSeconds: 60,
    intervalPath: 'services.scheduler.loop_seconds',
    switches: [{ path: 'services.scheduler.enabled' }],
    does: 'schedules the coming runs of every deployment',
  },
  {
    name: 'schedule_recent_deployments',
    since: FIRST_PERPETUAL_RELEASE,
    intervalSeconds: 5,
    intervalPath: 'services.scheduler.recent_deployments_loop_seconds',
    switches: [{ path: 'services.scheduler.enabled' }],
    does: 'schedules runs of deployments that were just changed',
  },
  {
    name: 'monitor_late_runs',
    since: FIRST_PERPETUAL_RELEASE,
    intervalSeconds: 5,
    intervalPath: 'services.late_runs.loop_seconds',
    switches: [{ path: 'services.late_runs.enabled' }],
    does: 'marks runs late',
  },
  {
    name: 'monitor_expired_pauses',
    since: FIRST_PERPETUAL_RELEASE,
    intervalSeconds: 5,
    intervalPath: 'services.pause_expirations.loop_seconds',
    switches: [{ path: 'services.pause_expirations.enabled' }],
    does: 'fails paused runs whose time is up',
  },
  {
    name: 'monitor_worker_health',
    since: FIRST_PERPETUAL_RELEASE,
    intervalSeconds: 15,
    intervalPath: 'services.foreman.loop_seconds',
    switches: [{ path: 'services.foreman.enabled' }],
    does: 'marks workers offline and their pools not ready',
  },
  {
    name: 'monitor_expired_leases',
    since: FIRST_PERPETUAL_RELEASE,
    intervalSeconds: 15,
    intervalPath: 'services.repossessor.loop_seconds',
    switches: [{ path: 'services.repossessor.enabled' }],
    does: 'frees concurrency slots whose holder is gone',
  },
  {
    name: 'ensure_cancelling_timeout_checks',
    since: '3.7.5',
    intervalSeconds: 20,
    intervalPath: `${CLEANUP}.loop_seconds`,
    switches: [{ path: `${CLEANUP}.enabled` }],
    does: 'ends runs that stay in CANCELLING',
  },
  {
    name: 'monitor_cancelled_flow_runs',
    since: FIRST_PERPETUAL_RELEASE,
    intervalSeconds: 20,
    intervalPath: `${CLEANUP}.loop_seconds`,
    switches: [{ path: `${CLEANUP}.enabled` }],
    does: 'cancels the task runs of cancelled flow runs',
  },
  {
    name: 'monitor_subflow_runs',
    since: FIRST_PERPETUAL_RELEASE,
    intervalSeconds: 20,
    intervalPath: `${CLEANUP}.loop_seconds`,
    switches: [{ path: `${CLEANUP}.enabled` }],
    does: 'cancels subflows whose parent was cancelled',
  },
  {
    name: 'reconcile_cleanup_delivery',
    since: '3.7.4',
    intervalSeconds: 5,
    intervalPath: 'services.cleanup_reconciler.loop_seconds',
    switches: [{ path: 'services.cleanup_reconciler.enabled' }],
    does: 'redelivers clean-up work that no worker confirmed',
  },
  {
    name: 'schedule_event_vacuum_tasks',
    since: '3.6.21',
    intervalSeconds: 3600,
    intervalPath: `${VACUUM}.loop_seconds`,
    switches: [
      { path: `${VACUUM}.enabled`, includes: 'events' },
      { path: 'services.event_persister.enabled' },
    ],
    does: 'deletes events past their retention',
  },
  {
    name: 'schedule_vacuum_tasks',
    since: '3.6.20',
    intervalSeconds: 3600,
    intervalPath: `${VACUUM}.loop_seconds`,
    switches: [{ path: `${VACUUM}.enabled`, includes: 'flow_runs' }],
    does: 'deletes old flow runs',
  },
  {
    name: 'schedule_orphan_vacuum_tasks',
    since: '3.8.8',
    intervalSeconds: 86_400,
    intervalPath: `${VACUUM}.orphan_cleanup_loop_seconds`,
    switches: [{ path: `${VACUUM}.enabled`, includes: 'orphans' }],
    does: 'deletes logs and artifacts whose run is gone',
  },
  {
    name: 'evaluate_proactive_triggers_periodic',
    since: FIRST_PERPETUAL_RELEASE,
    intervalSeconds: 5,
    intervalPath: 'events.proactive_granularity',
    switches: [{ path: 'services.triggers.enabled' }],
    does: 'fires automations that wait for something not to happen',
  },
  {
    name: 'send_telemetry_heartbeat',
    since: FIRST_PERPETUAL_RELEASE,
    intervalSeconds: 600,
    intervalPath: null,
    switches: [{ path: 'analytics_enabled' }],
    does: 'tells Prefect that this server is in use',
  },
];

/** A service that reads messages from a Redis stream as a consumer group. `name` is Prefect's name of the class. */
export interface ConsumerService {
  readonly name: string;
  readonly stream: string;
  readonly group: string;
  readonly switchPath: string;
  readonly isOnByDefault: boolean;
  /** What no longer happens when it stands still. */
  readonly does: string;
}

export const CONSUMER_SERVICES: readonly ConsumerService[] = [
  {
    name: 'EventPersister',
    stream: 'events',
    group: 'event-persister',
    switchPath: 'services.event_persister.enabled',
    isOnByDefault: true,
    does: 'writes events to PostgreSQL',
  },
  {
    name: 'TaskRunRecorder',
    stream: 'events',
    group: 'task-run-recorder',
    switchPath: 'services.task_run_recorder.enabled',
    isOnByDefault: true,
    does: 'writes the states of task runs to PostgreSQL',
  },
  {
    name: 'ReactiveTriggers',
    stream: 'events',
    group: 'reactive-triggers',
    switchPath: 'services.triggers.enabled',
    isOnByDefault: true,
    does: 'fires automations on events',
  },
  {
    name: 'Actions',
    stream: 'actions',
    group: 'actions',
    switchPath: 'services.triggers.enabled',
    isOnByDefault: true,
    does: 'carries out what automations ask for',
  },
  {
    name: 'EventLogger',
    stream: 'events',
    group: 'event-logger',
    switchPath: 'services.event_logger.enabled',
    isOnByDefault: false,
    does: 'writes events to the log',
  },
];
