import * as v from 'valibot';
import type { Facts } from '../../model/report.ts';

const IntervalSeconds = v.pipe(v.number(), v.minValue(0.001));

/**
 * What a Prefect server says of its own configuration, as far as it is needed to judge its services: never an address,
 * a user or a password. The collector of settings writes it as the fact `settings`. `services` holds only those this
 * release knows. What a list of services in another process was told may differ: a server knows its own environment.
 */
const PrefectSettingsSchema = v.strictObject({
  docket: v.strictObject({ backend: v.picklist(['memory', 'redis', 'other']), name: v.string() }),
  messaging: v.picklist(['memory', 'redis', 'other']),
  perpetual: v.record(
    v.string(),
    v.strictObject({ enabled: v.boolean(), interval_seconds: IntervalSeconds }),
  ),
  consumers: v.record(v.string(), v.boolean()),
  events_retention_seconds: v.nullable(v.number()),
  late_after_seconds: v.optional(v.nullable(v.number())),
  cancelling_timeout_seconds: v.optional(v.nullable(v.number())),
  pool: v.strictObject({
    size: v.nullable(v.number()),
    max_overflow: v.nullable(v.number()),
    timeout_seconds: v.nullable(v.number()),
  }),
  /** By path, what stands where something is recommended; null where this release has no such number or time. */
  audited: v.optional(v.record(v.string(), v.nullable(v.number()))),
});
export type PrefectSettings = Readonly<v.InferOutput<typeof PrefectSettingsSchema>>;

/** Many rules ask for the settings of one report: they are checked once. */
const CHECKED = new WeakMap<Facts, PrefectSettings | null>();

/** The settings among the facts of a target; null where nobody could read them. */
export function settingsIn(facts: Facts): PrefectSettings | null {
  const before = CHECKED.get(facts);
  if (before !== undefined) return before;
  const result = v.safeParse(PrefectSettingsSchema, facts.settings);
  const settings = result.success ? result.output : null;
  CHECKED.set(facts, settings);
  return settings;
}
