import * as v from 'valibot';
import { PhaseSchema } from './episode.ts';
import { FindingSchema } from './finding.ts';
import { SeveritySchema } from './severity.ts';

/** What people are told about an incident: opened, then perhaps worse, still there, and at last over. */
export const CHANGE_KINDS = ['opened', 'escalated', 'reminder', 'recovered'] as const;
const ChangeKindSchema = v.picklist(CHANGE_KINDS);
export type ChangeKind = v.InferOutput<typeof ChangeKindSchema>;

/** A finding that follows from the incident's root cause; `finding` is its key, `id@target`. */
const ConsequenceSchema = v.strictObject({
  finding: v.string(),
  title: v.string(),
  severity: SeveritySchema,
  phase: PhaseSchema,
  since: v.string(),
});
export type Consequence = Readonly<v.InferOutput<typeof ConsequenceSchema>>;

/**
 * A root cause with all that follows from it, from the opening of the first to the recovery of the last. `finding` is
 * the root cause. `severity` is the worst of those that hold now, `peak` the worst so far, `told` the worst people have
 * heard of, null while they have heard nothing. `changes` counts what they were told: with the id it is the key under
 * which nothing is told twice.
 */
export const IncidentSchema = v.strictObject({
  id: v.string(),
  installation: v.string(),
  finding: FindingSchema,
  consequences: v.array(ConsequenceSchema),
  phase: PhaseSchema,
  severity: SeveritySchema,
  peak: SeveritySchema,
  told: v.nullable(SeveritySchema),
  told_at: v.nullable(v.string()),
  changes: v.pipe(v.number(), v.integer()),
  first_observed_at: v.string(),
  opened_at: v.nullable(v.string()),
  escalated_at: v.nullable(v.string()),
  recovering_since: v.nullable(v.string()),
  closed_at: v.nullable(v.string()),
});
export type Incident = Readonly<v.InferOutput<typeof IncidentSchema>>;

/** What speaks against the root cause: findings just as likely to be it, and some that could not be judged (keys). */
const DoubtsSchema = v.strictObject({ ties: v.array(v.string()), unjudged: v.array(v.string()) });

/** `worse_than` is what people believed before an escalation. */
export const IncidentChangeSchema = v.strictObject({
  kind: ChangeKindSchema,
  number: v.pipe(v.number(), v.integer(), v.minValue(1)),
  at: v.string(),
  incident: IncidentSchema,
  worse_than: v.optional(SeveritySchema),
  doubts: v.optional(DoubtsSchema),
});
export type IncidentChange = Readonly<v.InferOutput<typeof IncidentChangeSchema>>;
