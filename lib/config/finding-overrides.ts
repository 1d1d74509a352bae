import * as v from 'valibot';
import { FINDINGS } from '../catalogue/findings/index.ts';

/** What may be changed of a finding; unset fields keep the catalogue's value. */
const FindingOverride = v.strictObject({
  enabled: v.optional(v.boolean()),
  warning: v.optional(v.number()),
  critical: v.optional(v.number()),
  pendingSeconds: v.optional(v.pipe(v.number(), v.minValue(0))),
  recoverySeconds: v.optional(v.pipe(v.number(), v.minValue(0))),
});
export type FindingOverride = Readonly<v.InferOutput<typeof FindingOverride>>;
export const FindingOverrides = v.optional(
  v.record(v.picklist(FINDINGS.map((f) => f.id)), FindingOverride),
  {},
);
export type FindingOverrides = Readonly<Record<string, FindingOverride>>;
