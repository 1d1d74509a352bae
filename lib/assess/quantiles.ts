import type { Derivation, Signal } from '../catalogue/signal.ts';
import type { Reading } from '../model/reading.ts';
import type { Report } from '../model/report.ts';
import type { Unknown } from '../model/unknown.ts';
import { type Growth, growthOf, isUnknown, NOT_COLLECTED, TOO_FEW } from './growth.ts';
import { quantileOf } from './quantile.ts';
import { labelsKey, readingKey } from './readings.ts';

export type Quantile = Extract<Derivation, { how: 'quantile' }>;

const NO_BUCKETS: Unknown = { reason: 'missing', detail: 'the histogram has no buckets to read from' };

const boundOf = (text: string | undefined): number =>
  text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text ?? Number.NaN);

/** By how the buckets grew; without the one that has no bound nobody knows how many observations there were. */
function quantileIn(
  { bound, quantile, times, floor }: Quantile,
  buckets: readonly Reading[],
  growth: (bucket: Reading) => Growth | Unknown,
): number | Unknown {
  const grown: { readonly bound: number; readonly by: number }[] = [];
  for (const bucket of buckets) {
    const by = growth(bucket);
    if (isUnknown(by)) return by;
    grown.push({ bound: boundOf(bucket.labels?.[bound]), by: by.by });
  }
  const total = grown.find((b) => b.bound === Number.POSITIVE_INFINITY)?.by;
  if (total === undefined || grown.some((b) => Number.isNaN(b.bound))) return NO_BUCKETS;
  if (total < floor) return TOO_FEW;
  const value = quantileOf(grown, quantile);
  return value === null ? NO_BUCKETS : value * times;
}

/** One reading for each set of labels the buckets have beside their bound. */
export function deriveQuantile(
  { id: signal }: Signal,
  derivation: Quantile,
  report: Report,
  before: readonly Reading[],
): readonly Reading[] {
  const { target, startedAt } = report;
  const unbound = ({ labels }: Reading) => {
    const { [derivation.bound]: _, ...rest } = labels ?? {};
    return rest;
  };
  const buckets = report.readings.filter((r) => r.signal === derivation.of);
  if (buckets.length === 0) return [{ signal, target, value: null, unknown: NOT_COLLECTED, at: startedAt }];
  const earlier = new Map(before.map((r) => [readingKey(r), r]));
  const histograms = Map.groupBy(buckets, (r) => labelsKey(unbound(r)));
  return [...histograms.values()].map((own) => {
    const [first] = own;
    const labels = first === undefined ? {} : unbound(first);
    const identity = {
      signal,
      target,
      at: first?.at ?? startedAt,
      ...(Object.keys(labels).length > 0 && { labels }),
    };
    const result = quantileIn(derivation, own, (b) => growthOf(b, earlier.get(readingKey(b))));
    return typeof result === 'number'
      ? { ...identity, value: result }
      : { ...identity, value: null, unknown: result };
  });
}
