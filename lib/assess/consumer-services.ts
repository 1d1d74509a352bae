import {
  type Consumption,
  hasWork,
  LAGGING_MESSAGES,
  SILENT_SECONDS,
} from '../catalogue/prefect/consumption.ts';
import { type Effect, statusOfRecording, withMessages } from '../catalogue/prefect/effects.ts';
import type { Told } from '../catalogue/prefect/told-failures.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type Status, worstOf } from '../model/status.ts';
import { rounded, shifted } from './service-values.ts';

type Service = Snapshot['services']['consumer'][number];

function statusOfConsumption(consumption: Consumption): Status {
  const { isPresent, isExpected, lag, idleSeconds, oldestPendingSeconds } = consumption;
  if (isPresent === false) return isExpected === true ? 'error' : 'unknown';
  if (isPresent === null || idleSeconds === null || lag === null) return 'unknown';
  if (hasWork(consumption) && idleSeconds > SILENT_SECONDS) return 'error';
  const isLate = lag >= LAGGING_MESSAGES || (oldestPendingSeconds ?? 0) > SILENT_SECONDS;
  return isLate ? 'degraded' : 'healthy';
}

const workIn = (effect: Effect | undefined): Service['details'] =>
  effect === undefined || effect.overdueSeconds === null
    ? {}
    : {
        not_stored_seconds: rounded(effect.overdueSeconds),
        newest_row_seconds: rounded(effect.doneAgeSeconds),
      };

/** So many failures in a row are no accident; Prefect's persister gives up what it has after five. */
const FAILURES_DEGRADED = 3;

/** How full the queue inside its process is a consumer never says; that it failed, in its log, where that is read. */
const inItsProcess = (failure: Told | undefined): Service['details'] => ({
  queue_capacity: null,
  consecutive_failures: failure?.in_a_row ?? null,
});

function fromRedis(
  consumption: Consumption,
  effect: Effect | undefined,
  failure: Told | undefined,
  status: Status,
): Service {
  const { service, readAt, lag, pending, idleSeconds, unknown } = consumption;
  const work = workIn(effect);
  return {
    name: service.name,
    status,
    last_heartbeat: readAt === null || idleSeconds === null ? null : shifted(readAt, -idleSeconds),
    details: {
      queue_depth: lag === null && pending === null ? null : (lag ?? 0) + (pending ?? 0),
      ...inItsProcess(failure),
      lag,
      pending,
      oldest_pending_seconds: rounded(consumption.oldestPendingSeconds),
      idle_seconds: rounded(idleSeconds),
      dead_letters: consumption.deadLetters,
      stream: service.stream,
      group: service.group,
      ...work,
      source: Object.keys(work).length > 0 ? 'redis and database effects' : 'redis',
      ...(unknown !== null && { unknown: unknown.reason }),
    },
    error: failure?.error ?? null,
  };
}

function fromEffects({ service }: Consumption, effect: Effect, failure: Told | undefined): Service {
  const { readAt, doneAgeSeconds, unknown } = effect;
  return {
    name: service.name,
    status: statusOfRecording(effect),
    last_heartbeat: readAt === null || doneAgeSeconds === null ? null : shifted(readAt, -doneAgeSeconds),
    details: {
      queue_depth: null,
      ...inItsProcess(failure),
      ...workIn(effect),
      source: 'database effects',
      ...(unknown !== null && { unknown: unknown.reason, unknown_detail: unknown.detail }),
    },
    error: failure?.error ?? null,
  };
}

/** What is known otherwise, unless its log tells of failures beside. */
const withFailures = (status: Status, failure: Told | undefined): Status =>
  failure === undefined || failure.in_a_row < FAILURES_DEGRADED ? status : worstOf([status, 'degraded']);

/**
 * One consumer: by its group where a Redis shows it, by what it wrote in the databases, and by the failures its log tells
 * of. A consumer confirms an event before it is in a table, so that it may ask for more and write nothing.
 */
export function consumerEntry(
  consumption: Consumption,
  written: Effect | undefined,
  told: readonly Told[],
): Service {
  const failure = told.find((t) => t.service === consumption.service.name);
  const effect = written === undefined ? undefined : withMessages(written, consumption);
  const seen = statusOfConsumption(consumption);
  const entry = (): Service => {
    if (effect === undefined) return fromRedis(consumption, effect, failure, seen);
    if (seen === 'unknown') return fromEffects(consumption, effect, failure);
    const recorded = statusOfRecording(effect);
    return fromRedis(consumption, effect, failure, recorded === 'unknown' ? seen : worstOf([seen, recorded]));
  };
  const { status, ...rest } = entry();
  return { ...rest, status: withFailures(status, failure) };
}
