import * as v from 'valibot';

/**
 * When a signal of a target reaches its limit if it goes on as it does. `value` was read `at`; the trend changes it by
 * `per_hour`, was seen in `points` values over `window_seconds`, and `fit` from 0 to 1 says how steadily they go one
 * way. `seconds_left` counts from the assessment, and `reached_at` is that moment. A countdown has one point and fit 1.
 */
export const ForecastSchema = v.strictObject({
  signal: v.string(),
  target: v.string(),
  labels: v.optional(v.record(v.string(), v.string())),
  value: v.number(),
  limit: v.number(),
  per_hour: v.number(),
  seconds_left: v.number(),
  at: v.string(),
  reached_at: v.string(),
  points: v.number(),
  window_seconds: v.number(),
  fit: v.number(),
});
export type Forecast = Readonly<v.InferOutput<typeof ForecastSchema>>;
