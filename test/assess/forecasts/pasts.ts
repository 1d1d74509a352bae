import { remember } from '../../../lib/assess/forecasts/series.ts';
import type { Series } from '../../../lib/model/series.ts';

export const START = Date.parse('2026-11-21T08:00:00.000Z');
const MINUTE_MS = 60_000;
export const MINUTE = 60;
export const HOUR = 3600;

/** The series as it is after a value a minute, at most a day of them; null is a minute without one. */
export function minutely(values: readonly (number | null)[]): Series {
  return values.reduce<Series>(
    (series, value, minute) =>
      value === null ? series : remember(series, new Date(START + minute * MINUTE_MS).toISOString(), value),
    [],
  );
}

/** A value for each of so many minutes. */
export const minutes = (count: number, valueAt: (minute: number) => number): readonly number[] =>
  Array.from({ length: count }, (_, minute) => valueAt(minute));

export const flat = (count: number, value: number) => minutes(count, () => value);
