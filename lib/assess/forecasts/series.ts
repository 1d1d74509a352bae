import type { Series } from '../../model/series.ts';

export const POINTS_MAX = 60;
export const KEPT_SECONDS = 24 * 3600;

/** Finer than any trend worth telling: a terabyte to the megabyte. */
const DIGITS = 6;

/** How much of its age the gap would be that a point leaves: the smallest is missed the least. */
function gapWithout(series: Series, index: number, now: number): number {
  const [before, point, after] = [series[index - 1], series[index], series[index + 1]];
  if (before === undefined || point === undefined || after === undefined) return Number.POSITIVE_INFINITY;
  return (after[0] - before[0]) / (now - point[0]);
}

/**
 * At most {@link POINTS_MAX} of the points. The one whose absence leaves the smallest gap for its age goes first, so
 * that the last minutes keep every point, the last hour a third of them, and the oldest point stays.
 */
export function thinned(series: Series): Series {
  const now = series.at(-1)?.[0];
  if (now === undefined || series.length <= POINTS_MAX) return series;
  let least = 1;
  for (let index = 2; index < series.length - 1; index++) {
    if (gapWithout(series, index, now) < gapWithout(series, least, now)) least = index;
  }
  return thinned(series.toSpliced(least, 1));
}

/**
 * The past with one value more. A value read no later than the newest changes nothing when it is that one again; else
 * the clock was set back, and what lies ahead of it is forgotten.
 */
export function remember(series: Series, at: string, value: number): Series {
  const seconds = Math.round(Date.parse(at) / 1000);
  if (series.at(-1)?.[0] === seconds) return series;
  const kept = series.filter(([time]) => time < seconds && time > seconds - KEPT_SECONDS);
  return thinned([...kept, [seconds, Number(value.toPrecision(DIGITS))]]);
}
