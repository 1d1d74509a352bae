import type { Signal } from '../catalogue/signal.ts';
import type { Reading } from '../model/reading.ts';
import type { Report } from '../model/report.ts';
import type { Unknown } from '../model/unknown.ts';
import { secondsBetween } from './clock.ts';
import { labelsKey, readingKey, reasonOf } from './readings.ts';

/** Fifteen minutely probes, whose state stays small; a signal with more labels than that many keeps the newest. */
const WINDOW_SECONDS = 15 * 60;
const VALUES_MAX = 15;
const SERIES_MAX = 20;

const NOT_COLLECTED: Unknown = { reason: 'not-collected', detail: 'the probe did not read the value' };

/** The least of the values that `percent` of them do not exceed. `values` is not empty. */
export function percentileOf(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** The known values that still count once a report is in, oldest first in each series. */
export function recentAfter(
  report: Report,
  before: readonly Reading[],
  own: readonly Signal[],
): readonly Reading[] {
  const watched = new Set(own.flatMap(({ derivation: d }) => (d?.how === 'percentile' ? [d.of] : [])));
  const known = [...before, ...report.readings].filter(
    (r) =>
      watched.has(r.signal) && r.value !== null && secondsBetween(r.at, report.startedAt) < WINDOW_SECONDS,
  );
  const series = [...Map.groupBy(known, readingKey).values()].slice(-SERIES_MAX);
  return series.flatMap((readings) => readings.slice(-VALUES_MAX));
}

/** One percentile for each set of labels the gauge was read with; where no value is known, why the newest is not. */
export function percentiles(
  { id: signal }: Signal,
  { of, percent }: { readonly of: string; readonly percent: number },
  report: Report,
  recent: readonly Reading[],
): readonly Reading[] {
  const { target, startedAt } = report;
  const read = new Map(
    report.readings.filter((r) => r.signal === of).map((r) => [labelsKey(r.labels), r] as const),
  );
  if (read.size === 0) return [{ signal, target, value: null, unknown: NOT_COLLECTED, at: startedAt }];
  const series = Map.groupBy(
    recent.filter((r) => r.signal === of),
    (r) => labelsKey(r.labels),
  );
  return [...read].map(([key, newest]) => {
    const { labels, at } = newest;
    const values = (series.get(key) ?? []).flatMap((r) => (r.value === null ? [] : [r.value]));
    const identity = { signal, target, at, ...(labels !== undefined && { labels }) };
    return values.length === 0
      ? { ...identity, value: null, unknown: reasonOf(newest) }
      : { ...identity, value: percentileOf(values, percent) };
  });
}
