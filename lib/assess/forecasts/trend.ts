import type { Series } from '../../model/series.ts';

/** A straight line through a series. */
export interface Trend {
  readonly perSecond: number;
  /** What the line says at the time of the newest point. */
  readonly value: number;
  /** Kendall's tau against time, from -1 to 1: how much more pairs of points rise than fall. */
  readonly tau: number;
  /** What four of five points are at most away from the line, and how far the newest is. */
  readonly scatter: number;
  readonly newestOff: number;
}

function median(values: Float64Array): number {
  const sorted = values.sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Kendall's tau; pairs of equal values count as neither, which keeps a single step from looking like a trend. */
export function tauOf(series: Series): number {
  let concordance = 0;
  for (const [index, [, later]] of series.entries()) {
    for (const [, earlier] of series.slice(0, index)) concordance += Math.sign(later - earlier);
  }
  return (2 * concordance) / (series.length * (series.length - 1));
}

/** By the median of all slopes between two points (Theil and Sen): a quarter of the points may be anything. */
export function trendOf(series: Series): Trend {
  const newest = series.at(-1)?.[0] ?? Number.NaN;
  const slopes = new Float64Array((series.length * (series.length - 1)) / 2);
  let count = 0;
  for (const [index, [at, value]] of series.entries()) {
    for (const [earlier, low] of series.slice(0, index)) slopes[count++] = (value - low) / (at - earlier);
  }
  const perSecond = median(slopes);
  const value = median(Float64Array.from(series, ([at, v]) => v + perSecond * (newest - at)));
  const off = Float64Array.from(series, ([at, v]) => Math.abs(v - value + perSecond * (newest - at)));
  const newestOff = off.at(-1) ?? Number.NaN;
  const scatter = off.sort()[Math.floor(0.8 * (off.length - 1))] ?? Number.NaN;
  return { perSecond, value, tau: tauOf(series), scatter, newestOff };
}
