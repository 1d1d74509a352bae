import * as v from 'valibot';
import { FindingSchema } from './finding.ts';
import { SeveritySchema } from './severity.ts';

export const PHASES = ['pending', 'open', 'recovering', 'closed'] as const;
export const PhaseSchema = v.picklist(PHASES);

/**
 * One finding from its beginning to its end. `severity` is the present one and `peak` the worst so far. `flaps` counts
 * how often it came back while it recovered or soon after it closed: the next recovery then has to last longer.
 */
export const EpisodeSchema = v.strictObject({
  finding: FindingSchema,
  phase: PhaseSchema,
  severity: SeveritySchema,
  peak: SeveritySchema,
  flaps: v.pipe(v.number(), v.integer(), v.minValue(0)),
  first_observed_at: v.string(),
  opened_at: v.nullable(v.string()),
  recovering_since: v.nullable(v.string()),
  closed_at: v.nullable(v.string()),
});
export type Episode = Readonly<v.InferOutput<typeof EpisodeSchema>>;
