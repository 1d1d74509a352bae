import * as v from 'valibot';
import { StatusSchema } from './status.ts';

/**
 * The course of some signals and of the status, thinned to one moment for every `step_seconds`. `values` and `statuses` stand beside `times`, a value is null where
 * it was not known; `label` is what tells series of one signal and target apart, null where there is only one.
 */
export const HistorySchema = v.strictObject({
  installation: v.string(),
  from: v.string(),
  to: v.string(),
  step_seconds: v.number(),
  times: v.array(v.string()),
  statuses: v.array(StatusSchema),
  series: v.array(
    v.strictObject({
      target: v.string(),
      signal: v.string(),
      label: v.nullable(v.string()),
      values: v.array(v.nullable(v.number())),
    }),
  ),
});
export type History = Readonly<v.InferOutput<typeof HistorySchema>>;
export type Series = History['series'][number];
