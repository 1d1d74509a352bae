import type { Series } from '../../model/series.ts';
import { tauOf, trendOf } from './trend.ts';

const HOUR_SECONDS = 3600;

/** Windows tried: the last 6 points, 12, 18 and so on, and last all there are. */
const WINDOW_POINTS = 6;
/** Two of the pairs of ten may go the other way. */
const FIT_MIN = 0.8;
/** How far points may lie off the line, as a share of what the line rises by: most of them, and the newest. */
const SCATTER_MAX = 0.15;
const NEWEST_OFF_MAX = 0.3;
/** What was seen for ten minutes is believed for four hours, what was seen for two hours for two days. */
const BELIEVED_TIMES = 24;
/** How far a value has to leave its usual range, as a share of that range, before a rise is more than a tide. */
const OUTGROWN_BY = 0.5;

/** When a series reaches its limit, and what says so. */
export interface Outlook {
  readonly perSecond: number;
  /** From the newest point. */
  readonly secondsLeft: number;
  readonly points: number;
  readonly windowSeconds: number;
  readonly fit: number;
}

/** Between these lie four of five values. `values` is not empty. */
function usualRange(values: readonly number[]): readonly [low: number, high: number] {
  const sorted = values.toSorted((a, b) => a - b);
  const outside = Math.floor(sorted.length / 10);
  return [sorted[outside] ?? Number.NaN, sorted[sorted.length - 1 - outside] ?? Number.NaN];
}

/** Whether the newest of rising values is beyond where they went before the window: what came back may come back. */
function hasOutgrown(before: Series, newest: number): boolean {
  if (before.length === 0) return true;
  const [low, high] = usualRange(before.map(([, value]) => value));
  return newest > high + OUTGROWN_BY * (high - low);
}

function outlookIn(window: Series, limit: number): Outlook | null {
  const [first, last] = [window[0], window.at(-1)];
  if (first === undefined || last === undefined || tauOf(window) < FIT_MIN) return null;
  const { perSecond, value, tau, scatter, newestOff } = trendOf(window);
  const windowSeconds = last[0] - first[0];
  const rise = perSecond * windowSeconds;
  const isLine = rise > 0 && scatter <= SCATTER_MAX * rise && newestOff <= NEWEST_OFF_MAX * rise;
  const secondsLeft = Math.max(0, (limit - value) / perSecond);
  // Of the largest numbers there are, what comes in an hour is no number any more.
  const isNumber = Number.isFinite(perSecond * HOUR_SECONDS) && Number.isFinite(secondsLeft);
  return isLine && isNumber && secondsLeft <= BELIEVED_TIMES * windowSeconds
    ? { perSecond, secondsLeft, points: window.length, windowSeconds, fit: tau }
    : null;
}

/**
 * When a rising series reaches a limit above it, by the shortest of its latest windows that is a line and left behind
 * what came before. Null when there is none: no points, a poor fit, the wrong direction, a rise within the usual.
 */
function outlookAbove(series: Series, limit: number): Outlook | null {
  const newest = series.at(-1)?.[1];
  if (newest === undefined || newest >= limit || series.length < WINDOW_POINTS) return null;
  for (let points = WINDOW_POINTS; ; points = Math.min(points + WINDOW_POINTS, series.length)) {
    const outlook = hasOutgrown(series.slice(0, -points), newest)
      ? outlookIn(series.slice(-points), limit)
      : null;
    if (outlook !== null || points === series.length) return outlook;
  }
}

/** When a series reaches a limit above or below its values; null when nothing says that it will. */
export function outlookOf(series: Series, limit: number, towards: 'above' | 'below'): Outlook | null {
  if (towards === 'above') return outlookAbove(series, limit);
  const mirrored = outlookAbove(
    series.map(([at, value]) => [at, -value]),
    -limit,
  );
  return mirrored && { ...mirrored, perSecond: -mirrored.perSecond };
}
