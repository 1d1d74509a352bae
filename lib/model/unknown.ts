import * as v from 'valibot';

/**
 * Why a value could not be read. The first six say how a connection failed, the others why there is nothing to say
 * although the target may be well.
 */
const UNKNOWN_REASONS = [
  'refused',
  'timeout',
  'dns',
  'auth',
  'tls',
  'protocol',
  'saturated',
  'permission',
  'missing',
  'invalid',
  'failed',
  'not-configured',
  'not-collected',
  'needs-two-probes',
  'counter-reset',
  'no-traffic',
  'stale',
] as const;
export const UnknownReasonSchema = v.picklist(UNKNOWN_REASONS);
export type UnknownReason = v.InferOutput<typeof UnknownReasonSchema>;

/** `detail` is written by us from a fixed vocabulary: it never repeats a foreign error text, which may hold a secret. */
export const UnknownSchema = v.strictObject({
  reason: UnknownReasonSchema,
  detail: v.pipe(v.string(), v.maxLength(200)),
});
export type Unknown = Readonly<v.InferOutput<typeof UnknownSchema>>;
