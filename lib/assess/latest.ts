import type { Signal } from '../catalogue/signal.ts';
import type { Reading } from '../model/reading.ts';
import type { Report } from '../model/report.ts';
import type { Unknown } from '../model/unknown.ts';
import { secondsBetween } from './clock.ts';
import { readingKey, reasonOf } from './readings.ts';

const WINDOW_SECONDS = 15 * 60;
/** Each series keeps one value; a signal with more labels than that keeps the newest. */
const SERIES_MAX = 40;

const NOT_COLLECTED: Unknown = { reason: 'not-collected', detail: 'the probe did not read the value' };

/** Of each set of labels the newest known value, while it still counts once a report is in. */
export function latestAfter(
  report: Report,
  before: readonly Reading[],
  own: readonly Signal[],
): readonly Reading[] {
  const watched = new Set(own.flatMap(({ derivation: d }) => (d?.how === 'latest' ? [d.of] : [])));
  const known = [...before, ...report.readings].filter(
    (r) =>
      watched.has(r.signal) && r.value !== null && secondsBetween(r.at, report.startedAt) < WINDOW_SECONDS,
  );
  return [...new Map(known.map((r) => [readingKey(r), r])).values()].slice(-SERIES_MAX);
}

/** Each as it was read and of that time; where no value is known, why there is none in this report. */
export function latestOf(
  { id: signal }: Signal,
  { of }: { readonly of: string },
  report: Report,
  kept: readonly Reading[],
): readonly Reading[] {
  const own = kept.filter((r) => r.signal === of);
  if (own.length > 0) return own.map((r) => ({ ...r, signal }));
  const { target, startedAt: at } = report;
  const read = report.readings.find((r) => r.signal === of);
  return [{ signal, target, value: null, unknown: read === undefined ? NOT_COLLECTED : reasonOf(read), at }];
}
