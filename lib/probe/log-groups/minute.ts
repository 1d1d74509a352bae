import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { Unknown } from '../../model/unknown.ts';
import type { Visit } from '../frame.ts';
import { type Window, windowBefore } from '../logs/stamps.ts';

/** An event lands in its log group some seconds after it was written, and of a busy agent later: a minute is waited. */
const INGESTED_MS = 60_000;

/** A page holds a megabyte at most, and an account may ask for a few a second. */
const PAGES_MAX = 60;
const BYTES_MAX = 16 * 1024 * 1024;

/** From how long without an event on nobody can tell a quiet log group from one that nothing is shipped to any more. */
const SILENT_MS = 60 * 60_000;
const SILENT_PAGES_MAX = 20;
const TOO_MUCH_BESIDE: Unknown = {
  reason: 'saturated',
  detail: 'the hour of this log group is too long to look for an event in it',
};

/** One event of a log group. `at` is in ms. */
export interface ShippedEvent {
  readonly stream: string;
  readonly at: number;
  readonly message: string;
}

export interface Minute {
  /** The oldest first. */
  readonly events: readonly ShippedEvent[];
  /** Whether there is more than was read. */
  readonly isTruncated: boolean;
}

/** What to ask for: events of a log group, by a filter pattern of CloudWatch Logs if not all of them. */
export interface Wanted {
  readonly logGroup: string;
  readonly window: Window;
  readonly filterPattern?: string | undefined;
}

/** The minute before the last whole one: what comes later still is not counted. */
export const windowOf = ({ scheduledAt, now, intervalSeconds }: Visit): Window =>
  windowBefore(new Date((scheduledAt ?? now()).getTime() - INGESTED_MS), intervalSeconds);

/**
 * Reads events page by page until there are no more, or enough. When CloudWatch ends it between two pages, by throttling
 * for one, what was read by then stands and there is more.
 *
 * @throws the SDK's error when there was no first page.
 */
export async function readMinute(
  client: CloudWatchLogsClient,
  { logGroup, window, filterPattern }: Wanted,
  abort: AbortSignal,
): Promise<Minute> {
  const request = {
    logGroupName: logGroup,
    startTime: window.from,
    // The last millisecond that is meant, not the first that is not.
    endTime: window.to - 1,
    ...(filterPattern !== undefined && { filterPattern }),
  };
  const events: ShippedEvent[] = [];
  let pages = 0;
  let bytes = 0;
  const minute = (isTruncated: boolean): Minute => ({
    events: events.toSorted((a, b) => a.at - b.at),
    isTruncated,
  });
  try {
    for await (const page of paginateFilterLogEvents({ client }, request, { abortSignal: abort })) {
      pages++;
      for (const { logStreamName: stream = '', timestamp: at, message } of page.events ?? []) {
        if (at === undefined || message === undefined) continue;
        bytes += Buffer.byteLength(message);
        events.push({ stream, at, message });
      }
      const isMore = page.nextToken !== undefined;
      if (isMore && (pages >= PAGES_MAX || bytes >= BYTES_MAX)) return minute(true);
    }
  } catch (error) {
    if (pages === 0) throw error;
    return minute(true);
  }
  return minute(false);
}

/**
 * Whether nothing at all was shipped in the hour up to the end of a minute. Asked only of a minute without events: then
 * one event is looked for, and CloudWatch may answer some empty pages on the way to it.
 */
export async function isSilent(
  client: CloudWatchLogsClient,
  { logGroup, window, filterPattern }: Wanted,
  abort: AbortSignal,
): Promise<boolean | Unknown> {
  const request = {
    logGroupName: logGroup,
    startTime: window.to - SILENT_MS,
    endTime: window.to - 1,
    limit: 1,
    ...(filterPattern !== undefined && { filterPattern }),
  };
  let pages = 0;
  for await (const page of paginateFilterLogEvents({ client }, request, { abortSignal: abort })) {
    if ((page.events ?? []).length > 0) return false;
    if (++pages >= SILENT_PAGES_MAX) return TOO_MUCH_BESIDE;
  }
  return true;
}
