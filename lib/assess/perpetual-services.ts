import { DEEDS, DONE_WITHIN_SECONDS, type Effect } from '../catalogue/prefect/effects.ts';
import {
  DEGRADED_AFTER_INTERVALS,
  ERROR_AFTER_INTERVALS,
  type Progress,
} from '../catalogue/prefect/progress.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Status } from '../model/status.ts';
import { rounded, shifted } from './service-values.ts';

type Service = Snapshot['services']['perpetual'][number];

const statusAfter = (intervals: number): Status => {
  if (intervals > ERROR_AFTER_INTERVALS) return 'error';
  return intervals > DEGRADED_AFTER_INTERVALS ? 'degraded' : 'healthy';
};

/**
 * By the age of its last start when it was read, not by what was read too long ago: a report a minute old must not make
 * a service late that runs every five seconds. One whose last run raised is in error however punctual it is.
 */
function statusOfProgress({ intervals, isKnown, isExpected, outcome }: Progress): Status {
  if (outcome.raised !== null) return 'error';
  if (intervals === null) return isKnown === false && isExpected === true ? 'error' : 'unknown';
  return statusAfter(intervals);
}

/** Work that is overdue for so many intervals says what a last start as long ago would say. */
const statusOfDebt = (effect: Effect, intervalSeconds: number): Status =>
  effect.overdueSeconds === null ? 'unknown' : statusAfter(effect.overdueSeconds / intervalSeconds);

const finite = (seconds: number | null): number | null =>
  seconds === null || !Number.isFinite(seconds) ? null : rounded(seconds);

/** What it did, in the words of the proposed endpoint, and how long what it did not do is waiting. */
function workIn({ service }: Progress, effect: Effect | undefined): Service['details'] {
  if (effect === undefined) return {};
  const deed = DEEDS[service.name];
  return {
    ...(deed !== undefined &&
      effect.done !== null && { [deed]: effect.done, counted_over_seconds: DONE_WITHIN_SECONDS }),
    ...(effect.overdueSeconds !== null && { work_overdue_seconds: finite(effect.overdueSeconds) }),
  };
}

const fromRedis = (progress: Progress, effect: Effect | undefined, status: Status): Service => {
  const { readAt, lastStartAgeSeconds, nextDueSeconds, unknown } = progress;
  return {
    name: progress.service.name,
    status,
    last_heartbeat:
      readAt === null || lastStartAgeSeconds === null ? null : shifted(readAt, -lastStartAgeSeconds),
    last_duration_ms: rounded(progress.outcome.durationMs),
    expected_interval_seconds: progress.intervalSeconds,
    details: {
      runs_since_last_probe: progress.runs,
      runs_per_minute: rounded(progress.runsPerMinute),
      next_due: readAt === null || nextDueSeconds === null ? null : shifted(readAt, nextDueSeconds),
      overdue_seconds: nextDueSeconds === null ? null : rounded(Math.max(0, -nextDueSeconds)),
      running_seconds: rounded(progress.runningSeconds),
      workers: progress.workers,
      last_end_heard: progress.outcome.endedAt,
      ...workIn(progress, effect),
      source: 'redis',
      ...(unknown !== null && { unknown: unknown.reason }),
    },
    error: progress.outcome.raised,
  };
};

/**
 * When it last ran is not known then, but when it last did something, if it lately had anything to do, and what its log
 * tells of a run that raised.
 */
const fromEffects = (progress: Progress, effect: Effect): Service => {
  const { readAt, doneAgeSeconds, unknown } = effect;
  const { durationMs, raised } = progress.outcome;
  return {
    name: progress.service.name,
    status: raised === null ? statusOfDebt(effect, progress.intervalSeconds) : 'error',
    last_heartbeat: readAt === null || doneAgeSeconds === null ? null : shifted(readAt, -doneAgeSeconds),
    last_duration_ms: rounded(durationMs),
    expected_interval_seconds: progress.intervalSeconds,
    details: {
      ...workIn(progress, effect),
      source: 'database effects',
      ...(unknown !== null && { unknown: unknown.reason, unknown_detail: unknown.detail }),
    },
    error: raised,
  };
};

/**
 * One periodic service: by its runs where a Redis shows them, else by what it owes in the databases.
 *
 * @param isHidden whether the docket is known to be where no Redis shows it.
 */
export function perpetualEntry(progress: Progress, effect: Effect | undefined, isHidden: boolean): Service {
  const status = isHidden ? 'unknown' : statusOfProgress(progress);
  return status === 'unknown' && effect !== undefined
    ? fromEffects(progress, effect)
    : fromRedis(progress, effect, status);
}
