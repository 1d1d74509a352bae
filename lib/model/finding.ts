import * as v from 'valibot';
import { ForecastSchema } from './forecast.ts';
import { SeveritySchema } from './severity.ts';
import { StatusSchema } from './status.ts';

/** One fact that speaks for the finding, with the value it was judged by. */
const EvidenceSchema = v.strictObject({
  text: v.string(),
  signal: v.optional(v.string()),
  value: v.optional(v.nullable(v.number())),
  threshold: v.optional(v.number()),
});
export type Evidence = Readonly<v.InferOutput<typeof EvidenceSchema>>;

/** What to do, and where there is one the command that does it. */
const RemedySchema = v.strictObject({ text: v.string(), command: v.optional(v.string()) });
export type Remedy = Readonly<v.InferOutput<typeof RemedySchema>>;

/**
 * A conclusion about one target. `since` is when it first held without a break; `observed_at` is the time of the
 * newest report it rests on. `caused_by` names the finding (`id@target`) it most likely follows from; `forecast` is the
 * soonest of the signals it is judged by.
 */
export const FindingSchema = v.strictObject({
  id: v.string(),
  target: v.string(),
  component: v.string(),
  severity: SeveritySchema,
  status: StatusSchema,
  since: v.string(),
  observed_at: v.string(),
  title: v.string(),
  evidence: v.array(EvidenceSchema),
  meaning: v.string(),
  impact: v.string(),
  remedy: v.array(RemedySchema),
  caused_by: v.optional(v.string()),
  forecast: v.optional(ForecastSchema),
  source: v.array(v.string()),
});
export type Finding = Readonly<v.InferOutput<typeof FindingSchema>>;

/** How incidents, causes and links name a finding. */
export const findingKey = (f: Pick<Finding, 'id' | 'target'>): string => `${f.id}@${f.target}`;
