import * as v from 'valibot';
import { UnknownSchema } from './unknown.ts';

const LabelsSchema = v.record(v.pipe(v.string(), v.maxLength(64)), v.pipe(v.string(), v.maxLength(200)));

/**
 * One value of one signal. Either `value` is a finite number in the signal's unit, or it is null and `unknown` says why.
 * `at` is when it was read, ISO 8601 in UTC.
 */
export const ReadingSchema = v.pipe(
  v.strictObject({
    signal: v.string(),
    target: v.string(),
    value: v.nullable(v.pipe(v.number(), v.finite())),
    unknown: v.optional(UnknownSchema),
    labels: v.optional(LabelsSchema),
    at: v.pipe(v.string(), v.isoTimestamp()),
  }),
  v.check(
    (r) => (r.value === null) === (r.unknown !== undefined),
    'a null value needs a reason, a number has none',
  ),
);
export type Reading = Readonly<v.InferOutput<typeof ReadingSchema>>;
