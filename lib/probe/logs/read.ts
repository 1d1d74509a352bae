import type { UnknownReason } from '../../model/unknown.ts';
import { failureOf, type ProbeFailure } from '../failure.ts';
import type { Cluster } from '../kubernetes/access/cluster.ts';
import { scanLog } from './scan.ts';
import type { Source } from './sources.ts';
import type { Window } from './stamps.ts';
import type { Counts } from './tally.ts';

/** As many as the cluster's connections; and no more than this of one log, or of all together. */
const AT_ONCE = 4;
const SOURCE_BYTES_MAX = 2 * 1024 * 1024;
const TOTAL_BYTES_MAX = 48 * 1024 * 1024;
const SOURCES_MAX = 400;
const SOURCE_MS_MAX = 5_000;
/** Asked for beyond the window's beginning: a record that began before it is known for what it is. */
const MARGIN_SECONDS = 5;

export interface Reading {
  readonly source: Source;
  readonly counts: Counts;
  readonly isTruncated: boolean;
}

export interface Readings {
  readonly readings: readonly Reading[];
  /** Logs that could not be read, or not in time. */
  readonly unread: number;
  /** Why the first of them could not be. */
  readonly failure: ProbeFailure | null;
}

/** A pod that vanished between the list and the reading has no log any more, and that is no failure. */
const GONE: UnknownReason = 'missing';

async function readOne(
  cluster: Pick<Cluster, 'podLog'>,
  source: Source,
  window: Window,
  limitBytes: number,
  abort: AbortSignal,
): Promise<Reading & { readonly bytes: number }> {
  const { namespace, pod, container, previous } = source;
  const sinceSeconds = Math.ceil((Date.now() - window.from) / 1000) + MARGIN_SECONDS;
  const limit = AbortSignal.any([abort, AbortSignal.timeout(SOURCE_MS_MAX)]);
  const request = { namespace, pod, container, previous, sinceSeconds, limitBytes, timestamps: true };
  const stream = await cluster.podLog(request, limit);
  const scan = scanLog(window);
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    scan.push(chunk);
    // It was asked to send no more, and whoever sends more all the same is not listened to.
    if (bytes >= limitBytes) break;
  }
  return { source, counts: scan.end(), isTruncated: bytes >= limitBytes, bytes };
}

/** Reads logs a few at a time until all are read, or the bytes or the time for it are used up. */
export async function readLogs(
  cluster: Pick<Cluster, 'podLog'>,
  sources: readonly Source[],
  window: Window,
  abort: AbortSignal,
): Promise<Readings> {
  const readings: Reading[] = [];
  const waiting = sources.slice(0, SOURCES_MAX);
  let unread = sources.length - waiting.length;
  let bytesLeft = TOTAL_BYTES_MAX;
  let failure: ProbeFailure | null = null;

  const work = async () => {
    for (let source = waiting.shift(); source !== undefined; source = waiting.shift()) {
      const limitBytes = Math.min(SOURCE_BYTES_MAX, bytesLeft);
      if (limitBytes <= 0 || abort.aborted) {
        unread++;
        continue;
      }
      bytesLeft -= limitBytes;
      try {
        const { bytes, ...reading } = await readOne(cluster, source, window, limitBytes, abort);
        bytesLeft += Math.max(0, limitBytes - bytes);
        readings.push(reading);
      } catch (error) {
        bytesLeft += limitBytes;
        const why = failureOf(error);
        if (why.reason === GONE) continue;
        unread++;
        failure ??= why;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { readings, unread, failure };
}
