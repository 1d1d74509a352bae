import type { TargetKind } from '../../../lib/model/report.ts';
import { by, type Edge, type FixedEdge, fixed } from './edge.ts';

const DAY_SECONDS = 86_400;
const HISTORY_SECONDS = 30 * DAY_SECONDS;

/** What the database and the API both say, under names of their own. */
const bySaid = (signal: string, others: Readonly<Record<string, number>> = {}): Edge => ({
  at: (value, kind: TargetKind) => ({
    values: Object.fromEntries(
      Object.entries({ ...others, [signal]: value }).map(([name, said]) => [`${kind}.${name}`, said]),
    ),
  }),
});

/** What Prefect's own tables show. */
export const PREFECT_TABLES_EDGES: Readonly<Record<string, Edge | FixedEdge>> = {
  'events-table-large': by('postgres.events.rows', { 'postgres.events.bytes': 2 ** 30 }),
  'event-retention-growth': by('postgres.events.rows_per_day', {
    'postgres.events.oldest_age_seconds': HISTORY_SECONDS,
    'postgres.events.rows': 10_000_000,
  }),
  'events-retention-stopped': {
    at: (past) => ({ values: { 'postgres.events.oldest_age_seconds': 7 * DAY_SECONDS + past } }),
  },
  'events-query-slow': by('postgres.events.queries.slowest_mean_ms', {
    'postgres.events.queries.slow_percent': 10,
  }),
  'run-flood-unlimited': {
    at: (value) => ({
      values: {
        'postgres.flow_runs.busiest_deployment_per_minute': value,
        'postgres.flow_runs.usual_per_minute': 0,
      },
      facts: {
        busiest_deployments: [
          {
            id: 'd-1',
            asked_per_minute: value,
            deployment: 'import/orders',
            pool: 'local',
            queue: 'default',
            age_seconds: HISTORY_SECONDS,
            limited: false,
          },
        ],
        usual_runs_per_minute: { 'd-1': 0.5 },
      },
    }),
  },
  'stuck-pending': bySaid('flow_runs.stuck_pending', { 'flow_runs.stuck_pending_oldest_seconds': 700 }),
  'stuck-cancelling': by('postgres.flow_runs.stuck_cancelling', {
    'postgres.flow_runs.stuck_cancelling_oldest_seconds': 700,
  }),
  'pool-slots-held-by-pending': by('postgres.work_pools.stalled_by_pending'),
  'work-pool-not-ready': bySaid('work_pools.not_ready_in_use'),
  'worker-pod-overhead': fixed('info', 50, 49.99)(by('postgres.work_pools.start_overhead_percent')),
  'workers-stale': bySaid('workers.stale_online', { 'workers.fresh': 1 }),
  'late-runs-unmarked': bySaid('flow_runs.late_unmarked_oldest_seconds', { 'flow_runs.late_unmarked': 1 }),
  'schedule-horizon-empty': by('postgres.deployments.without_future_run', {
    'postgres.deployments.scheduled': 5,
  }),
  'background-work-undone': {
    at: (intervals) => ({
      values: {
        'postgres.scheduler.overdue_seconds': { schedule_deployments: 60 * intervals },
        'postgres.clean_up.overdue_seconds': { monitor_expired_pauses: 0 },
      },
    }),
  },
  'events-not-recorded': {
    at: (value) => ({ values: { 'postgres.recording.overdue_seconds': { EventPersister: value } } }),
  },
  'concurrency-limit-exhausted': by('postgres.concurrency_limits.leaked', {
    'postgres.flow_runs.awaiting_slot': 1,
  }),
  'worker-overload-deployments': {
    at: (value) => ({
      values: { 'postgres.work_pools.most_deployments_on_kubernetes': value },
      facts: {
        kubernetes_pools: [{ pool: 'k8s', type: 'kubernetes', deployments: value, alive: 0, lost: 2 }],
      },
    }),
  },
  'worker-imbalance': by('postgres.workers.busiest_times_others'),
  'idle-serverless-worker': by('postgres.work_pools.serverless_idle_seconds'),
  'polling-overhead': by('postgres.deployments.polling_short_percent'),
  'push-pool-fits': fixed(
    'info',
    50,
    49,
  )({
    at: (runs) => ({
      values: { 'postgres.work_pools.busiest_minute_runs': runs },
      facts: {
        work_pool_bursts: [{ pool: 'k8s', type: 'ecs', runs, mean_wait_seconds: 9, usual_per_minute: 1 }],
      },
    }),
  }),
};
