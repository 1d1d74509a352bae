import type { Reading } from '../../model/reading.ts';
import type { Status } from '../../model/status.ts';
import type { Unknown } from '../../model/unknown.ts';
import { type Consumption, SILENT_SECONDS } from './consumption.ts';
import type { Expectations, Readings } from './progress.ts';

/** What one service did and owes by the tables of one database. */
export interface Effect {
  /**
   * For how long the longest of its work should have been done; 0 when nothing is owed, infinite when it is owed for
   * longer than can be seen, null when that is unknown.
   */
  readonly overdueSeconds: number | null;
  readonly unknown: Unknown | null;
  /** How often it lately did what it is there for, and when last; null where that leaves no trace. */
  readonly done: number | null;
  readonly doneAgeSeconds: number | null;
  readonly readAt: string | null;
}

/** Over as many seconds `done` counts. */
export const DONE_WITHIN_SECONDS = 300;

/** Prefect's defaults, for where its settings could not be read. */
const LATE_AFTER_SECONDS = 15;
const CANCELLING_TIMEOUT_SECONDS = 300;
const RETENTION_SECONDS = 604_800;

/** The persister writes what it was given every five seconds at the latest, the recorder at once. */
const LATE_ROWS_SECONDS = 30;
/** Schedules do not lose their runs one by one when so many have none left, and no other has one. */
const ALL_MIN = 3;

/** The work of one service that is overdue, or why nobody knows. */
type Debt = (database: Database) => number | Unknown;

interface Database {
  readonly settings: Expectations['settings'];
  /** The value of a signal, of one service where it has several. */
  value(signal: string, service?: string): number | Unknown;
}

const past = (age: number | Unknown, seconds: number) =>
  typeof age === 'number' ? Math.max(0, age - seconds) : age;

/** The first that is known, else why the first is not. */
const known = (value: number | Unknown, other: number | Unknown): number | Unknown =>
  typeof value === 'number' || typeof other !== 'number' ? value : other;

const cleanUp =
  (service: string): Debt =>
  ({ value }) =>
    value('postgres.clean_up.overdue_seconds', service);

/** Beside the runs just owed, those that have none left: they are looked for every quarter of an hour. */
const scheduler: Debt = ({ value }) => {
  const owed = value('postgres.scheduler.overdue_seconds', 'schedule_deployments');
  const without = value('postgres.deployments.without_future_run');
  const scheduled = value('postgres.deployments.scheduled');
  return typeof scheduled === 'number' && scheduled >= ALL_MIN && without === scheduled
    ? Number.POSITIVE_INFINITY
    : owed;
};

/**
 * By whichever is younger: an event may arrive with an old date of its own, or with one to come, and either is no event
 * that was kept too long.
 */
const vacuum: Debt = ({ settings, value }) => {
  const byDate = value('postgres.events.oldest_age_seconds');
  const byInsert = known(value('postgres.events.oldest_insert_age_seconds'), byDate);
  if (typeof byDate !== 'number' || typeof byInsert !== 'number') return byDate;
  return past(Math.min(byDate, byInsert), settings?.events_retention_seconds ?? RETENTION_SECONDS);
};

/**
 * The services whose work shows in tables when it is not done. Of each the signal says since when the longest of it is
 * waiting; what Prefect itself waits for first is taken off here.
 */
const DEBTS: Readonly<Record<string, Debt>> = {
  schedule_deployments: scheduler,
  schedule_recent_deployments: ({ value }) =>
    value('postgres.scheduler.overdue_seconds', 'schedule_recent_deployments'),
  monitor_late_runs: ({ settings, value }) =>
    past(
      value('postgres.flow_runs.late_unmarked_oldest_seconds'),
      settings?.late_after_seconds ?? LATE_AFTER_SECONDS,
    ),
  monitor_expired_pauses: cleanUp('monitor_expired_pauses'),
  monitor_worker_health: ({ value }) => value('postgres.workers.stale_online_overdue_seconds'),
  ensure_cancelling_timeout_checks: ({ settings, value }) =>
    past(
      value('postgres.flow_runs.stuck_cancelling_oldest_seconds'),
      settings?.cancelling_timeout_seconds ?? CANCELLING_TIMEOUT_SECONDS,
    ),
  monitor_cancelled_flow_runs: cleanUp('monitor_cancelled_flow_runs'),
  monitor_subflow_runs: cleanUp('monitor_subflow_runs'),
  schedule_event_vacuum_tasks: vacuum,
};

/** What a consumer has not written shows as long as the one before it in the chain still writes. */
const recorder: Debt = ({ value }) => {
  const persister = value('postgres.recording.overdue_seconds', 'EventPersister');
  const own = value('postgres.recording.overdue_seconds', 'TaskRunRecorder');
  return own === 0 && !(typeof persister === 'number' && persister <= LATE_ROWS_SECONDS)
    ? { reason: 'missing', detail: 'events are not stored, and what was not recorded is seen by them' }
    : own;
};

const CONSUMER_DEBTS: Readonly<Record<string, Debt>> = {
  EventPersister: ({ value }) => value('postgres.recording.overdue_seconds', 'EventPersister'),
  TaskRunRecorder: recorder,
};

const NO_EFFECT: Unknown = {
  reason: 'not-collected',
  detail: 'what this service does or fails to do leaves no trace in PostgreSQL',
};
const unread = (signal: string): Unknown => ({ reason: 'not-collected', detail: `no probe read ${signal}` });

/** A reading without a label stands for every service: that none of them could be read. */
const readingOf = (all: readonly Reading[], service: string | undefined): Reading | undefined =>
  service === undefined
    ? all[0]
    : (all.find((r) => r.labels?.service === service) ?? all.find((r) => r.labels === undefined));

/** What a service, periodic or consuming, did and owes by the readings of one database. */
export function effectIn(readings: Readings, { settings }: Expectations, name: string): Effect {
  const value = (signal: string, service?: string): number | Unknown => {
    const reading = readingOf(readings(signal), service);
    return reading?.value ?? reading?.unknown ?? unread(signal);
  };
  const numberOf = (signal: string): number | null => {
    const found = value(signal, name);
    return typeof found === 'number' ? found : null;
  };
  const debt = DEBTS[name] ?? CONSUMER_DEBTS[name];
  const owed = debt === undefined ? NO_EFFECT : debt({ settings, value });
  return {
    overdueSeconds: typeof owed === 'number' ? owed : null,
    unknown: typeof owed === 'number' ? null : owed,
    done: numberOf('postgres.service.done'),
    doneAgeSeconds:
      numberOf('postgres.service.done_age_seconds') ?? numberOf('postgres.recording.newest_age_seconds'),
    readAt: readings('postgres.up')[0]?.at ?? null,
  };
}

/** Of one service as several databases show it: what owes most, else what is known at all, else the first. */
export function mostOwing(effects: readonly Effect[]): Effect | undefined {
  const [worst] = effects
    .filter((e) => e.overdueSeconds !== null)
    .toSorted((a, b) => (b.overdueSeconds ?? 0) - (a.overdueSeconds ?? 0));
  return worst ?? effects[0];
}

/** What a service did, in the words the proposed health endpoint has for it. */
export const DEEDS: Readonly<Record<string, string>> = {
  schedule_deployments: 'runs_scheduled',
  monitor_late_runs: 'late_runs_marked',
  monitor_expired_pauses: 'expired_pauses_failed',
  monitor_worker_health: 'workers_marked_offline',
  ensure_cancelling_timeout_checks: 'cancellations_timed_out',
  monitor_subflow_runs: 'subflows_cancelled',
};

/** By how much the clocks of two servers may differ. */
const CLOCK_SKEW_SECONDS = 5;
/** A message older than this that left no row is a message that was lost, not one that is waiting. */
const WAITING_SECONDS_MAX = 3_600;

/**
 * What a consumer owes, with what its group in a Redis was given taken into account. Every message the persister is given
 * becomes a row: the newest row must not be older than the newest message. Of the recorder nothing follows, since most
 * messages are none of its business.
 */
export function withMessages(effect: Effect, { service, newestGivenSeconds }: Consumption): Effect {
  const { overdueSeconds, doneAgeSeconds } = effect;
  if (service.name !== 'EventPersister' || newestGivenSeconds === null || overdueSeconds === null)
    return effect;
  const isStored = (doneAgeSeconds ?? Number.POSITIVE_INFINITY) <= newestGivenSeconds + CLOCK_SKEW_SECONDS;
  return isStored || newestGivenSeconds > WAITING_SECONDS_MAX
    ? effect
    : { ...effect, overdueSeconds: Math.max(overdueSeconds, newestGivenSeconds) };
}

/** How a consumer does by what is missing in its table. */
export function statusOfRecording({ overdueSeconds }: Effect): Status {
  if (overdueSeconds === null) return 'unknown';
  if (overdueSeconds > SILENT_SECONDS) return 'error';
  return overdueSeconds > LATE_ROWS_SECONDS ? 'degraded' : 'healthy';
}
