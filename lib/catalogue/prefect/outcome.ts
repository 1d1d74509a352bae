import * as v from 'valibot';
import type { Reading } from '../../model/reading.ts';
import type { Facts } from '../../model/report.ts';
import type { Told } from './told-failures.ts';

/** How the last run of a periodic service went whose end anybody heard or wrote down. */
export interface Outcome {
  readonly durationMs: number | null;
  readonly endedAt: string | null;
  /** What it raised, as long as that says something of now; null when nothing, or where nobody knows. */
  readonly raised: string | null;
}

/** What its runs were heard to raise stands among the facts of a Redis. */
const ErrorsSchema = v.fallback(v.record(v.string(), v.string()), {});
const SOME_ERROR = 'its last run raised an exception';

/** A service of short intervals has run again and again since its end was heard: what it raised counts no longer then. */
const RAISED_COUNTS_SECONDS = 120;
/** A run that begins in time ends this much later at most, or is told as one that takes long. */
const SLACK_SECONDS = 1;

const secondsBetween = (earlier: string, later: string): number =>
  (Date.parse(later) - Date.parse(earlier)) / 1000;

/** What there is to know of one service. */
export interface Sources {
  readonly service: string;
  readonly intervalSeconds: number;
  /** When Redis was read. */
  readonly readAt: string | null;
  /** The newest that was heard of it: how long it took, and whether it raised. */
  readonly duration: Reading | undefined;
  readonly raised: Reading | undefined;
  /** Facts of the Redis that was listened to, and what the logs told. */
  readonly facts: Facts;
  readonly told: readonly Told[];
}

function heard({ service, intervalSeconds, readAt, duration, raised, facts }: Sources): Outcome | null {
  const newest = [duration, raised].find((r) => typeof r?.value === 'number');
  if (newest === undefined) return null;
  const counts =
    raised?.value === 1 &&
    readAt !== null &&
    secondsBetween(raised.at, readAt) < Math.max(RAISED_COUNTS_SECONDS, 2 * intervalSeconds);
  const errors = v.parse(ErrorsSchema, facts.service_errors);
  return {
    durationMs: duration?.value ?? null,
    endedAt: newest.at,
    raised: counts ? (errors[service] ?? SOME_ERROR) : null,
  };
}

/** A failure that was written down says something of now when no later run can have ended in the minute that was read. */
function written({ service, intervalSeconds, told }: Sources): Outcome | null {
  const own = told.filter((t) => t.service === service);
  const [last] = own.toSorted((a, b) => Date.parse(b.last ?? '') - Date.parse(a.last ?? ''));
  if (last === undefined) return null;
  const { last: endedAt, duration_ms: durationMs, until, error } = last;
  const apart = Math.max(intervalSeconds, (durationMs ?? 0) / 1000) + SLACK_SECONDS;
  const isLast = endedAt !== null && until !== null && secondsBetween(endedAt, until) <= apart;
  return { durationMs, endedAt, raised: isLast ? error : null };
}

const NOTHING: Outcome = { durationMs: null, endedAt: null, raised: null };

/** The newer of what was heard and what was written down. */
export function outcomeOf(sources: Sources): Outcome {
  const [ofRedis, ofLogs] = [heard(sources), written(sources)];
  if (ofRedis === null || ofLogs === null) return ofRedis ?? ofLogs ?? NOTHING;
  return Date.parse(ofLogs.endedAt ?? '') > Date.parse(ofRedis.endedAt ?? '') ? ofLogs : ofRedis;
}
