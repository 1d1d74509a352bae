import type { PrefectSettings } from '../../lib/catalogue/prefect/settings.ts';
import type { Facts } from '../../lib/model/report.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { ALL_WELL, factsOf, SETTINGS } from './background-services.ts';
import { healthy, installation, Monitor, type Values } from './builders.ts';

/** What a server says of itself that has a database and nothing else. */
export const ALONE = factsOf({
  ...SETTINGS,
  docket: { backend: 'memory', name: 'prefect-server' },
  messaging: 'memory',
} satisfies PrefectSettings);

/** What a database says in which nothing waits for anybody, and in which nothing lately happened. */
export const NOTHING_OWED: Values = {
  'postgres.flow_runs.late_unmarked': 0,
  'postgres.flow_runs.late_unmarked_oldest_seconds': 0,
  'postgres.flow_runs.stuck_cancelling': 0,
  'postgres.flow_runs.stuck_cancelling_oldest_seconds': 0,
  'postgres.workers.stale_online_overdue_seconds': 0,
  'postgres.scheduler.overdue_seconds': { schedule_deployments: 0, schedule_recent_deployments: 0 },
  'postgres.clean_up.overdue_seconds': {
    monitor_expired_pauses: 0,
    monitor_cancelled_flow_runs: 0,
    monitor_subflow_runs: 0,
  },
  'postgres.recording.overdue_seconds': { EventPersister: 0, TaskRunRecorder: 0 },
  'postgres.recording.newest_age_seconds': { EventPersister: 4000, TaskRunRecorder: 5000 },
  'postgres.events.oldest_age_seconds': 604_000,
  'postgres.events.oldest_insert_age_seconds': 604_000,
  'postgres.service.done': {
    schedule_deployments: 0,
    monitor_late_runs: 0,
    monitor_expired_pauses: 0,
    monitor_worker_health: 0,
    ensure_cancelling_timeout_checks: 0,
    monitor_subflow_runs: 0,
  },
};

/** The same with one value of one service changed. */
export const owing = (signal: string, service: string, value: number): Values => {
  const values = NOTHING_OWED[signal];
  return { [signal]: { ...(typeof values === 'object' ? values : {}), [service]: value } };
};

export const REDIS = { name: 'main', host: 'redis.internal' };

/** What two looks a minute apart see of a Prefect that has a database, and a Redis only when there are values of it. */
export function look(now: Values, facts: Facts = ALONE, redis?: Values): Snapshot {
  const monitor = new Monitor(installation({ redis: redis === undefined ? [] : [REDIS] }));
  const both = (seconds: number) =>
    monitor.look(
      seconds,
      healthy('postgres/orion', { ...NOTHING_OWED, ...now }, { at: seconds }),
      healthy('prefect/server', { 'prefect.docket.in_memory': 0 }, { at: seconds, facts }),
      ...(redis === undefined ? [] : [healthy('redis/main', { ...ALL_WELL, ...redis }, { at: seconds })]),
    ).snapshot;
  both(0);
  return both(60);
}
