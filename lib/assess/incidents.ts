import { type Finding, findingKey } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';
import { isWorse } from '../model/severity.ts';
import { byTime, secondsBetween } from './clock.ts';
import type { Outcome, Rule } from './rules.ts';

export interface Advance {
  readonly installation: string;
  /** Those the last assessment left. */
  readonly incidents: readonly Incident[];
  readonly outcomes: readonly Outcome[];
  /** The findings that stand now, by key. */
  readonly standing: ReadonlyMap<string, Finding>;
  readonly now: string;
}

function begun(installation: string, finding: Finding): Incident {
  return {
    id: `${findingKey(finding)}@${finding.observed_at}`,
    installation,
    finding,
    phase: 'pending',
    severity: finding.severity,
    peak: finding.severity,
    told: null,
    changes: 0,
    first_observed_at: finding.observed_at,
    opened_at: null,
    recovering_since: null,
    closed_at: null,
  };
}

/** The finding was seen to hold. */
function held(incident: Incident, finding: Finding, rule: Rule): Incident {
  const { severity, observed_at } = finding;
  const peak = isWorse(severity, incident.peak) ? severity : incident.peak;
  const seen = { ...incident, finding, severity, peak };
  if (incident.phase !== 'pending') return { ...seen, phase: 'open', recovering_since: null };
  const isLongEnough = secondsBetween(incident.first_observed_at, observed_at) >= rule.pendingSeconds;
  return isLongEnough ? { ...seen, phase: 'open', opened_at: observed_at } : seen;
}

/** The finding was seen not to hold. One that was still pending never was an incident. */
function cleared(incident: Incident, observedAt: string, rule: Rule): Incident | null {
  if (incident.phase === 'pending') return null;
  const since = incident.recovering_since ?? observedAt;
  const recovering = { ...incident, recovering_since: since };
  return secondsBetween(since, observedAt) >= rule.recoverySeconds
    ? { ...recovering, phase: 'closed', closed_at: observedAt }
    : { ...recovering, phase: 'recovering' };
}

/** Nobody looks any more, because the target or the finding was taken out of the configuration. */
function abandoned(incident: Incident, now: string): Incident | null {
  if (incident.phase === 'pending') return null;
  const text = 'no longer watched: taken out of the configuration';
  const finding = { ...incident.finding, evidence: [...incident.finding.evidence, { text }] };
  return { ...incident, finding, phase: 'closed', closed_at: now };
}

function next(incident: Incident | undefined, outcome: Outcome, advance: Advance): Incident | null {
  const { rule } = outcome;
  const finding = advance.standing.get(outcome.key);
  if (outcome.result === 'unjudged') {
    if (incident === undefined) return null;
    return finding === undefined ? incident : { ...incident, finding };
  }
  if (finding !== undefined && finding.severity !== 'info') {
    return held(incident ?? begun(advance.installation, finding), finding, rule);
  }
  if (incident === undefined) return null;
  const observedAt = outcome.result === 'clear' ? outcome.observedAt : outcome.finding.observed_at;
  return cleared(incident, observedAt, rule);
}

const oldestFirst = (a: Incident, b: Incident): number =>
  byTime(a.first_observed_at, b.first_observed_at) || (a.id < b.id ? -1 : 1);

/**
 * Moves every incident by what was observed, whether or not anybody may be told: pending → open → recovering →
 * closed, and back to open. Times between two phases are those between reports, so looking again at the same report
 * changes nothing. What could not be judged stays where it is. Incidents that closed earlier pass through.
 */
export function advance(input: Advance): readonly Incident[] {
  const closed = input.incidents.filter((i) => i.phase === 'closed');
  const live = new Map(
    input.incidents.filter((i) => i.phase !== 'closed').map((i) => [findingKey(i.finding), i]),
  );
  const asked = new Set(input.outcomes.map((o) => o.key));
  const unwatched = [...live].filter(([key]) => !asked.has(key)).map(([, i]) => abandoned(i, input.now));
  const judged = input.outcomes.map((o) => next(live.get(o.key), o, input));
  return [...closed, ...unwatched, ...judged].filter((i) => i !== null).toSorted(oldestFirst);
}
