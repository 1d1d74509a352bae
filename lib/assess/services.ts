import {
  type Consumption,
  consumptionIn,
  hasWork,
  LAGGING_MESSAGES,
  SILENT_SECONDS,
} from '../catalogue/prefect/consumption.ts';
import { expectationsIn } from '../catalogue/prefect/look.ts';
import {
  DEGRADED_AFTER_INTERVALS,
  ERROR_AFTER_INTERVALS,
  type Expectations,
  type Progress,
  progressIn,
} from '../catalogue/prefect/progress.ts';
import type { PrefectTarget, RedisTarget } from '../config/targets.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Status } from '../model/status.ts';
import type { Unknown } from '../model/unknown.ts';
import { readingsOf } from './observation.ts';
import type { View } from './sections.ts';

type Service = Snapshot['services']['perpetual'][number];

const NO_REDIS: Unknown = {
  reason: 'not-configured',
  detail: 'no Redis is configured in which services could be seen',
};
const IN_MEMORY: Unknown = {
  reason: 'not-configured',
  detail: "Prefect keeps its docket in its own memory: its services' runs cannot be seen from outside",
};
const NOT_SEEN: Unknown = { reason: 'missing', detail: 'no Redis that is watched knows any such service' };

const shifted = (at: string, seconds: number): string =>
  new Date(Date.parse(at) + seconds * 1000).toISOString();
const rounded = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 10) / 10;

/**
 * By the age of its last start when it was read, not by what was read too long ago: a report a minute old must not make
 * a service late that runs every five seconds.
 */
export function statusOfProgress({ intervals, isKnown, isExpected }: Progress): Status {
  if (intervals === null) return isKnown === false && isExpected === true ? 'error' : 'unknown';
  if (intervals > ERROR_AFTER_INTERVALS) return 'error';
  return intervals > DEGRADED_AFTER_INTERVALS ? 'degraded' : 'healthy';
}

/** How long a run took, docket does not keep. */
function perpetualEntry(progress: Progress, status: Status): Service {
  const { service, readAt, lastStartAgeSeconds, nextDueSeconds, unknown } = progress;
  return {
    name: service.name,
    status,
    last_heartbeat:
      readAt === null || lastStartAgeSeconds === null ? null : shifted(readAt, -lastStartAgeSeconds),
    last_duration_ms: null,
    expected_interval_seconds: progress.intervalSeconds,
    details: {
      runs_since_last_probe: progress.runs,
      runs_per_minute: rounded(progress.runsPerMinute),
      next_due: readAt === null || nextDueSeconds === null ? null : shifted(readAt, nextDueSeconds),
      overdue_seconds: nextDueSeconds === null ? null : rounded(Math.max(0, -nextDueSeconds)),
      running_seconds: rounded(progress.runningSeconds),
      workers: progress.workers,
      source: 'redis',
      ...(unknown !== null && { unknown: unknown.reason }),
    },
    error: null,
  };
}

export function statusOfConsumption(consumption: Consumption): Status {
  const { isPresent, isExpected, lag, idleSeconds, oldestPendingSeconds } = consumption;
  if (isPresent === false) return isExpected === true ? 'error' : 'unknown';
  if (isPresent === null || idleSeconds === null || lag === null) return 'unknown';
  if (hasWork(consumption) && idleSeconds > SILENT_SECONDS) return 'error';
  const isLate = lag >= LAGGING_MESSAGES || (oldestPendingSeconds ?? 0) > SILENT_SECONDS;
  return isLate ? 'degraded' : 'healthy';
}

/** How full the queue inside its process is and how often it failed in a row, a consumer says in its log at most. */
function consumerEntry(consumption: Consumption): Service {
  const { service, readAt, lag, pending, idleSeconds, unknown } = consumption;
  return {
    name: service.name,
    status: statusOfConsumption(consumption),
    last_heartbeat: readAt === null || idleSeconds === null ? null : shifted(readAt, -idleSeconds),
    details: {
      queue_depth: lag === null && pending === null ? null : (lag ?? 0) + (pending ?? 0),
      queue_capacity: null,
      consecutive_failures: null,
      lag,
      pending,
      oldest_pending_seconds: rounded(consumption.oldestPendingSeconds),
      idle_seconds: rounded(idleSeconds),
      stream: service.stream,
      group: service.group,
      source: 'redis',
      ...(unknown !== null && { unknown: unknown.reason }),
    },
    error: null,
  };
}

const readingsIn =
  ({ observation }: View) =>
  (signal: string) =>
    readingsOf(observation, signal);

/** Of one thing as several Redis know it: what knows it, else what could not be read, else the first. */
const mostTelling = <T>(all: readonly T[], knows: (one: T) => boolean | null): T | undefined =>
  all.find((one) => knows(one) === true) ?? all.find((one) => knows(one) === null) ?? all[0];

/** The entries at one place of several lists of equal length, place by place. */
const transposed = <T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] =>
  (lists[0] ?? []).map((_, index) => lists.flatMap((list) => list.slice(index, index + 1)));

/** Those Prefect says it runs; where it could not be asked, those some Redis knows. */
const isListed = (isExpected: boolean | null, isThere: boolean | null): boolean =>
  isExpected ?? isThere === true;

function perpetualServices(redis: readonly View<RedisTarget>[], expectations: Expectations) {
  const lists = redis.map((view) => progressIn(readingsIn(view), expectations));
  const isInMemory = expectations.settings?.docket.backend === 'memory';
  return transposed(lists).flatMap((all) => {
    const progress = mostTelling(all, (p) => p.isKnown);
    if (progress === undefined || !isListed(progress.isExpected, progress.isKnown)) return [];
    return [perpetualEntry(progress, isInMemory ? 'unknown' : statusOfProgress(progress))];
  });
}

function consumerServices(redis: readonly View<RedisTarget>[], expectations: Expectations) {
  const lists = redis.map((view) => consumptionIn(readingsIn(view), expectations));
  return transposed(lists).flatMap((all) => {
    const consumption = mostTelling(all, (c) => c.isPresent);
    if (consumption === undefined || !isListed(consumption.isExpected, consumption.isPresent)) return [];
    return [consumerEntry(consumption)];
  });
}

function whyUnknown(redis: readonly View<RedisTarget>[], expectations: Expectations): Unknown | null {
  if (redis.length === 0) return NO_REDIS;
  if (expectations.settings?.docket.backend === 'memory') return IN_MEMORY;
  return redis.find((v) => v.watch.unknown !== null)?.watch.unknown ?? null;
}

/** What Prefect's background services do, as the Redis they work through shows it. */
export function servicesSection(
  redis: readonly View<RedisTarget>[],
  servers: readonly View<PrefectTarget>[],
): Snapshot['services'] {
  const expectations = expectationsIn(servers.map((s) => s.observation));
  const perpetual = perpetualServices(redis, expectations);
  const consumer = consumerServices(redis, expectations);
  const isEmpty = perpetual.length === 0 && consumer.length === 0;
  const unknown = whyUnknown(redis, expectations) ?? (isEmpty ? NOT_SEEN : null);
  return { perpetual, consumer, ...(unknown !== null && { unknown }) };
}
