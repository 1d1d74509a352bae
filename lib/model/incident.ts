import * as v from 'valibot';
import { FindingSchema } from './finding.ts';
import { SeveritySchema } from './severity.ts';

export const INCIDENT_PHASES = ['pending', 'open', 'recovering', 'closed'] as const;

/** What people are told about an incident, each at most once: opened, then perhaps worse, then over. */
export const CHANGE_KINDS = ['opened', 'escalated', 'recovered'] as const;
export const ChangeKindSchema = v.picklist(CHANGE_KINDS);
export type ChangeKind = v.InferOutput<typeof ChangeKindSchema>;

/**
 * A finding from its opening to its recovery. `severity` is the present one and `peak` the worst so far; `told` is
 * the worst people have heard of, null while they have heard nothing. `changes` counts what they were told: with the
 * id it is the key under which nothing is told twice.
 */
export const IncidentSchema = v.strictObject({
  id: v.string(),
  installation: v.string(),
  finding: FindingSchema,
  phase: v.picklist(INCIDENT_PHASES),
  severity: SeveritySchema,
  peak: SeveritySchema,
  told: v.nullable(SeveritySchema),
  changes: v.pipe(v.number(), v.integer()),
  first_observed_at: v.string(),
  opened_at: v.nullable(v.string()),
  recovering_since: v.nullable(v.string()),
  closed_at: v.nullable(v.string()),
});
export type Incident = Readonly<v.InferOutput<typeof IncidentSchema>>;

export const IncidentChangeSchema = v.strictObject({
  kind: ChangeKindSchema,
  number: v.pipe(v.number(), v.integer(), v.minValue(1)),
  at: v.string(),
  incident: IncidentSchema,
});
export type IncidentChange = Readonly<v.InferOutput<typeof IncidentChangeSchema>>;
