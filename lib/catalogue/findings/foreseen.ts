import type { Evidence } from '../../model/finding.ts';
import type { Forecast } from '../../model/forecast.ts';
import { duration } from '../duration.ts';

/** What a forecast says, for the evidence; nothing where there is none. `what` happens when the limit is reached. */
export function foreseenBy(forecast: Forecast | null, what: string): readonly Evidence[] {
  if (forecast === null) return [];
  const { signal, value, limit, window_seconds, seconds_left, reached_at } = forecast;
  const text = `at the rate of the last ${duration(window_seconds)} ${what} in ${duration(seconds_left)}, at ${reached_at.slice(0, 16)}Z`;
  return [{ text, signal, value, threshold: limit }];
}
