import { ages, befalling, type Fault, more, shows } from '../fault.ts';
import { DAY_SECONDS, GIBIBYTE, POSTGRES, QUARTERLY } from './places.ts';

const OF_RUNS: readonly Fault[] = [
  shows('late runs are not marked', `late-runs-unmarked@${POSTGRES}`, {
    'postgres.flow_runs.late_unmarked': 4,
    'postgres.flow_runs.late_unmarked_oldest_seconds': ages(90),
  }),
  shows('runs are stuck pending', `stuck-pending@${POSTGRES}`, {
    'postgres.flow_runs.stuck_pending': 3,
    'postgres.flow_runs.stuck_pending_oldest_seconds': ages(700),
  }),
  shows('runs are stuck cancelling', `stuck-cancelling@${POSTGRES}`, {
    'postgres.flow_runs.stuck_cancelling': 3,
    'postgres.flow_runs.stuck_cancelling_oldest_seconds': ages(700),
  }),
  shows(
    'an automation floods a deployment',
    `run-flood-unlimited@${POSTGRES}`,
    {
      'postgres.flow_runs.busiest_deployment_per_minute': 120,
      'postgres.flow_runs.created_per_minute': 130,
    },
    {
      facts: {
        busiest_deployments: [
          {
            id: '6f0c',
            asked_per_minute: 120,
            deployment: 'alerts/notify',
            pool: 'local',
            queue: 'default',
            age_seconds: 30 * DAY_SECONDS,
            limited: false,
          },
        ],
      },
    },
  ),
  shows(
    'slots of a limit leak',
    `concurrency-limit-exhausted@${POSTGRES}`,
    {
      'postgres.concurrency_limits': 1,
      'postgres.concurrency_limits.slots_taken': 5,
      'postgres.concurrency_limits.exhausted': 1,
      'postgres.concurrency_limits.leaked': 1,
      'postgres.flow_runs.awaiting_slot': 4,
    },
    {},
    // Prefect has ten minutes to take them back.
    { lasts: 16 },
  ),
  shows(
    'some schedules have no run to come',
    `schedule-horizon-empty@${POSTGRES}`,
    { 'postgres.deployments.scheduled': 9, 'postgres.deployments.without_future_run': 2 },
    { ...QUARTERLY, facts: { deployments_without_future_run: ['etl/nightly', 'etl/weekly'] } },
  ),
];

const OF_POOLS: readonly Fault[] = [
  shows('a pool has no worker', `work-pool-not-ready@${POSTGRES}`, {
    'postgres.work_pools.not_ready_in_use': 1,
  }),
  shows('workers are gone unnoticed', `workers-stale@${POSTGRES}`, { 'postgres.workers.stale_online': 2 }),
  shows('pending runs hold a pool', `pool-slots-held-by-pending@${POSTGRES}`, {
    'postgres.work_pools.stalled_by_pending': 1,
  }),
  shows(
    'the workers of a large pool fall silent',
    `worker-overload-deployments@${POSTGRES}`,
    { 'postgres.work_pools.most_deployments_on_kubernetes': 4000 },
    {
      ...QUARTERLY,
      facts: {
        kubernetes_pools: [{ pool: 'k8s', type: 'kubernetes', deployments: 4000, alive: 1, lost: 3 }],
      },
    },
  ),
  shows(
    'one worker takes nearly all runs',
    `worker-imbalance@${POSTGRES}`,
    { 'postgres.workers.busiest_times_others': 9 },
    QUARTERLY,
  ),
  shows(
    'a serverless pool has nothing to do',
    `idle-serverless-worker@${POSTGRES}`,
    { 'postgres.work_pools.serverless_idle_seconds': ages(2 * DAY_SECONDS) },
    QUARTERLY,
  ),
  shows(
    'a deployment polls',
    `polling-overhead@${POSTGRES}`,
    { 'postgres.deployments.polling_short_percent': 97 },
    QUARTERLY,
  ),
];

const SLOW_STATEMENT = '7584979457830227038';
const WEEK_SECONDS = 7 * DAY_SECONDS;

const OF_EVENTS: readonly Fault[] = [
  shows('events are not recorded', `events-not-recorded@${POSTGRES}`, {
    'postgres.recording.overdue_seconds': { EventPersister: ages(90) },
  }),
  shows('the events table is large', `events-table-large@${POSTGRES}`, {
    'postgres.events.rows': 6_000_000,
    'postgres.events.bytes': 12 * GIBIBYTE,
  }),
  shows(
    'events are kept for over two days at a high volume',
    `event-retention-growth@${POSTGRES}`,
    {
      'postgres.events.rows_per_day': 2_000_000,
      'postgres.events.oldest_age_seconds': 2.3 * DAY_SECONDS,
      'postgres.events.rows': 4_600_000,
      'postgres.events.bytes': 4 * GIBIBYTE,
    },
    {},
    // A busy hour is no volume.
    { lasts: 66 },
  ),
  shows(
    'old events are not deleted',
    `events-retention-stopped@${POSTGRES}`,
    {
      'postgres.events.oldest_age_seconds': ages(WEEK_SECONDS + 7300),
      'postgres.events.oldest_insert_age_seconds': ages(WEEK_SECONDS + 7300),
    },
    {},
    // Two runs of the hourly clean-up may be missed.
    { lasts: 126 },
  ),
  shows(
    'queries of events are slow',
    `events-query-slow@${POSTGRES}`,
    {
      'postgres.events.queries.slowest_mean_ms': 400,
      'postgres.events.queries.slow_percent': 80,
      'postgres.events.queries.calls': { [SLOW_STATEMENT]: more(60) },
      'postgres.events.queries.time_ms': { [SLOW_STATEMENT]: more(60 * 900) },
    },
    QUARTERLY,
  ),
];

/** Where no Redis shows the periodic services, the tables show what they leave undone. */
const OF_A_SMALL_SERVER = befalling('small', [
  shows('the scheduler stands still', `background-work-undone@${POSTGRES}`, {
    'postgres.scheduler.overdue_seconds': { schedule_deployments: ages(150) },
  }),
]);

/** What Prefect keeps in PostgreSQL, and how it is used. */
export const OF_TABLES: readonly Fault[] = [...OF_RUNS, ...OF_POOLS, ...OF_EVENTS, ...OF_A_SMALL_SERVER];
