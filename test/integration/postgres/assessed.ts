import { digest } from '../../../lib/assess/derivation.ts';
import { observe } from '../../../lib/assess/observation.ts';
import { judge, type Outcome } from '../../../lib/assess/rules.ts';
import { watch } from '../../../lib/assess/staleness.ts';
import type { FindingDefinition, Thresholds } from '../../../lib/catalogue/finding.ts';
import type { PostgresTarget } from '../../../lib/config/targets.ts';
import type { Reading } from '../../../lib/model/reading.ts';
import type { Report } from '../../../lib/model/report.ts';

/** What follows from a report and, where there was one, the report of its tier before it. */
export function derivedFrom(report: Report, before: readonly Report[] = []): readonly Reading[] {
  const earlier = before.find((r) => r.tier === report.tier);
  return digest(report, earlier && digest(earlier, undefined)).derived;
}

export interface Asked {
  readonly definition: FindingDefinition;
  readonly target: PostgresTarget;
  readonly reports: readonly Report[];
  readonly before?: readonly Report[];
  readonly thresholds?: Thresholds;
}

/** Puts one finding to one target as an assessment does that finds nothing standing. */
export function outcomeOf({ definition, target, reports, before, thresholds }: Asked): Outcome {
  const now = new Date().toISOString();
  const watched = watch(target, reports, now, now);
  const observation = observe(watched, (report) => derivedFrom(report, before), [], now);
  const { pendingSeconds, recoverySeconds } = definition;
  const judgedBy = thresholds ?? definition.thresholds ?? {};
  return judge({ definition, thresholds: judgedBy, pendingSeconds, recoverySeconds }, observation, null);
}
