import * as v from 'valibot';
import { ReadingSchema } from './reading.ts';
import { UnknownReasonSchema } from './unknown.ts';

export const TARGET_KINDS = [
  'postgres',
  'redis',
  'prefect',
  'service',
  'network',
  'kubernetes',
  'logs',
  'postgres-log',
] as const;
export const TargetKindSchema = v.picklist(TARGET_KINDS);
export type TargetKind = v.InferOutput<typeof TargetKindSchema>;

/** How often a collector runs: every minute what an index or a catalogue serves, every quarter of an hour the rest. */
export const TIERS = ['minute', 'quarter-hour'] as const;
export const TierSchema = v.picklist(TIERS);
export type Tier = v.InferOutput<typeof TierSchema>;
export const TIER_SECONDS: Readonly<Record<Tier, number>> = { minute: 60, 'quarter-hour': 15 * 60 };

export const REPORT_BYTES_MAX = 200 * 1024;

/** Small structured details behind the readings (a blocking chain, a version), cleaned of everything hostile. */
export type Fact = string | number | boolean | null | readonly Fact[] | { readonly [key: string]: Fact };

export const FactSchema: v.GenericSchema<Fact> = v.lazy(() =>
  v.union([
    v.pipe(v.string(), v.maxLength(2000)),
    v.pipe(v.number(), v.finite()),
    v.boolean(),
    v.null(),
    v.array(FactSchema),
    v.record(v.string(), FactSchema),
  ]),
);
export const FactsSchema = v.record(v.string(), FactSchema);
export type Facts = Readonly<Record<string, Fact>>;

/** A collector that could not do its work; its signals stand in `readings` as unknown. */
export const CollectorErrorSchema = v.strictObject({
  collector: v.string(),
  reason: UnknownReasonSchema,
  detail: v.pipe(v.string(), v.maxLength(200)),
});
export type CollectorError = Readonly<v.InferOutput<typeof CollectorErrorSchema>>;

/** What one probe of one target brought back. `intervalSeconds` is when the next one is due after `startedAt`. */
export const ReportSchema = v.strictObject({
  installation: v.string(),
  target: v.string(),
  kind: TargetKindSchema,
  tier: TierSchema,
  intervalSeconds: v.pipe(v.number(), v.integer(), v.minValue(1)),
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  durationMs: v.pipe(v.number(), v.minValue(0)),
  readings: v.array(ReadingSchema),
  facts: FactsSchema,
  errors: v.array(CollectorErrorSchema),
});
export type Report = Readonly<v.InferOutput<typeof ReportSchema>>;
