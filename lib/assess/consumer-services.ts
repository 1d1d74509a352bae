import {
  type Consumption,
  hasWork,
  LAGGING_MESSAGES,
  SILENT_SECONDS,
} from '../catalogue/prefect/consumption.ts';
import { type Effect, statusOfRecording, withMessages } from '../catalogue/prefect/effects.ts';
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

/** How full the queue inside its process is and how often it failed in a row, a consumer says in its log at most. */
const UNSEEN = { queue_capacity: null, consecutive_failures: null } as const;

function fromRedis(consumption: Consumption, effect: Effect | undefined, status: Status): Service {
  const { service, readAt, lag, pending, idleSeconds, unknown } = consumption;
  const work = workIn(effect);
  return {
    name: service.name,
    status,
    last_heartbeat: readAt === null || idleSeconds === null ? null : shifted(readAt, -idleSeconds),
    details: {
      queue_depth: lag === null && pending === null ? null : (lag ?? 0) + (pending ?? 0),
      ...UNSEEN,
      lag,
      pending,
      oldest_pending_seconds: rounded(consumption.oldestPendingSeconds),
      idle_seconds: rounded(idleSeconds),
      stream: service.stream,
      group: service.group,
      ...work,
      source: Object.keys(work).length > 0 ? 'redis and database effects' : 'redis',
      ...(unknown !== null && { unknown: unknown.reason }),
    },
    error: null,
  };
}

function fromEffects({ service }: Consumption, effect: Effect): Service {
  const { readAt, doneAgeSeconds, unknown } = effect;
  return {
    name: service.name,
    status: statusOfRecording(effect),
    last_heartbeat: readAt === null || doneAgeSeconds === null ? null : shifted(readAt, -doneAgeSeconds),
    details: {
      queue_depth: null,
      ...UNSEEN,
      ...workIn(effect),
      source: 'database effects',
      ...(unknown !== null && { unknown: unknown.reason, unknown_detail: unknown.detail }),
    },
    error: null,
  };
}

/**
 * One consumer: by its group where a Redis shows it, and by what it wrote in the databases. A consumer confirms an event
 * before it is in a table, so that it may ask for more and write nothing.
 */
export function consumerEntry(consumption: Consumption, written: Effect | undefined): Service {
  const effect = written === undefined ? undefined : withMessages(written, consumption);
  const seen = statusOfConsumption(consumption);
  if (effect === undefined) return fromRedis(consumption, effect, seen);
  if (seen === 'unknown') return fromEffects(consumption, effect);
  const recorded = statusOfRecording(effect);
  const status = recorded === 'unknown' ? seen : worstOf([seen, recorded]);
  return fromRedis(consumption, effect, status);
}
