/** How many observations came in between two probes up to a bound. */
export interface BucketGrowth {
  readonly bound: number;
  readonly by: number;
}

/**
 * The value below which a share of observations lies, by the buckets of a histogram: within the bucket it falls into
 * observations are taken to be spread evenly. What lies beyond the last finite bound is told as that bound: the truth
 * is no smaller. Null when no bucket has a finite bound or nothing was observed.
 *
 * @param quantile from 0 to 1
 */
export function quantileOf(buckets: readonly BucketGrowth[], quantile: number): number | null {
  let highest = 0;
  const cumulative = buckets
    .toSorted((a, b) => a.bound - b.bound)
    // A process adds to one bucket after the other, and may be read in between.
    .map(({ bound, by }) => {
      highest = Math.max(highest, by);
      return { bound, by: highest };
    });
  const total = highest;
  const lastFinite = cumulative.findLast((b) => Number.isFinite(b.bound));
  if (lastFinite === undefined || total === 0) return null;
  const rank = quantile * total;
  const index = cumulative.findIndex((b) => b.by >= rank);
  const found = cumulative[index];
  if (found === undefined || !Number.isFinite(found.bound)) return lastFinite.bound;
  const below = cumulative[index - 1] ?? { bound: Math.min(0, found.bound), by: 0 };
  if (found.by === below.by) return found.bound;
  return below.bound + (found.bound - below.bound) * ((rank - below.by) / (found.by - below.by));
}
