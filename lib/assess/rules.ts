import {
  type Elsewhere,
  type FindingDefinition,
  type Look,
  type Looked,
  needsOf,
  type Thresholds,
  type Verdict,
} from '../catalogue/finding.ts';
import { findingsOf } from '../catalogue/findings/index.ts';
import { WORK_FINDINGS } from '../catalogue/findings/work.ts';
import type { InstallationConfig } from '../config/schema.ts';
import { overridesFor, type Target } from '../config/targets.ts';
import { type Evidence, type Finding, findingKey } from '../model/finding.ts';
import type { Forecast } from '../model/forecast.ts';
import type { Severity } from '../model/severity.ts';
import type { Unevaluated } from '../model/snapshot.ts';
import { byTime } from './clock.ts';
import { type Observation, observedOf, onlyValue, readingsOf } from './observation.ts';
import { reasonOf } from './readings.ts';
import { levelOf, resolveThresholds } from './thresholds.ts';

/** A finding of the catalogue as this installation wants it judged. */
export interface Rule {
  readonly definition: FindingDefinition;
  readonly thresholds: Thresholds;
  readonly pendingSeconds: number;
  readonly recoverySeconds: number;
}

/** What came of putting one rule to one target. */
export type Outcome = Readonly<{ key: string; target: string; rule: Rule }> &
  (
    | Readonly<{ result: 'holds'; finding: Finding }>
    | Readonly<{ result: 'clear'; observedAt: string }>
    /** A signal it needs is not there to be read as the target is set up now; `why` says which. */
    | Readonly<{
        result: 'unwatched';
        observedAt: string;
        why: string;
        unevaluated: readonly Unevaluated[];
      }>
    /** `last` is the finding as it was last judged to hold, null when it did not hold. */
    | Readonly<{ result: 'unjudged'; unevaluated: readonly Unevaluated[]; last: Finding | null }>
  );

/** What the API says of runs and pools is not judged where a database says it better. */
const isSaidByTables = ({ id }: FindingDefinition, target: Target): boolean =>
  target.kind === 'prefect' && target.readsWorkByApi !== true && WORK_FINDINGS.includes(id);

/** The findings to judge a target by: disabled ones left out, overrides filled in. */
export function rulesFor(installation: InstallationConfig, target: Target): readonly Rule[] {
  const overrides = overridesFor(installation, target.id);
  return findingsOf(target.kind).flatMap((definition) => {
    const override = overrides[definition.id] ?? {};
    if (override.enabled === false || isSaidByTables(definition, target)) return [];
    return {
      definition,
      thresholds: resolveThresholds(definition.thresholds ?? {}, override),
      pendingSeconds: override.pendingSeconds ?? definition.pendingSeconds,
      recoverySeconds: override.recoverySeconds ?? definition.recoverySeconds,
    };
  });
}

function lookedAt(target: Target): Looked {
  const { id, kind } = target;
  const roles = 'roles' in target ? target.roles : [];
  if (target.kind !== 'postgres') return { id, kind, roles };
  const { host, port, rds } = target;
  return { id, kind, roles, server: { host, port, ...(rds && { rds }) } };
}

function seenFromOutside(observation: Observation): Elsewhere {
  return {
    target: lookedAt(observation.target),
    facts: observation.facts,
    all: (signal) => readingsOf(observation, signal),
  };
}

/** The soonest forecast of any of these signals. */
const soonestOf = ({ forecasts }: Observation, signals: readonly string[]): Forecast | null =>
  forecasts
    .filter((f) => signals.includes(f.signal))
    .toSorted((a, b) => a.seconds_left - b.seconds_left)[0] ?? null;

function lookAt(
  observation: Observation,
  others: readonly Observation[],
  thresholds: Thresholds,
  present: Severity | null,
): Look {
  return {
    ...seenFromOutside(observation),
    value: (signal) => {
      const value = onlyValue(observation, signal);
      if (typeof value !== 'number') throw new RangeError(value.detail);
      return value;
    },
    elsewhere: (kind) => others.filter((o) => o.target.kind === kind).map(seenFromOutside),
    forecast: (signal) => soonestOf(observation, [signal]),
    holds: present !== null,
    level: (value) => levelOf(value, thresholds, present),
    threshold: (severity) => (severity === 'info' ? undefined : thresholds[severity]?.enter),
  };
}

/** Why a signal cannot be judged by; null when at least one reading of it is known. */
function obstacle(observation: Observation, signal: string): string | null {
  const readings = readingsOf(observation, signal);
  const [first] = readings;
  if (first === undefined) return 'not-collected';
  return readings.some((r) => r.value !== null) ? null : reasonOf(first).reason;
}

/** The signals that stand in the way, grouped by why. */
function obstaclesTo(
  definition: FindingDefinition,
  observation: Observation,
): readonly (readonly [reason: string, signals: string[]])[] {
  const reasons = needsOf(definition, observation.target.kind).flatMap((signal) => {
    const reason = obstacle(observation, signal);
    return reason === null ? [] : [{ signal, reason }];
  });
  const groups = Object.groupBy(reasons, (r) => r.reason);
  return Object.entries(groups).map(([reason, group]) => [reason, (group ?? []).map((g) => g.signal)]);
}

/** The time of the newest report a finding rests on. */
function observedAt(definition: FindingDefinition, observation: Observation): string {
  const needs = needsOf(definition, observation.target.kind);
  const rests = needs.flatMap((signal) => observedOf(observation, signal));
  const times = (rests.length > 0 ? rests : observation.readings).map((o) => o.observedAt);
  return [...new Set(times)].toSorted(byTime).at(-1) ?? '';
}

/** Leaves out what is undefined, so that a finding is the same before and after it was stored. */
const evidenceOf = ({ text, signal, value, threshold }: Evidence): Evidence => ({
  text,
  ...(signal !== undefined && { signal }),
  ...(value !== undefined && { value }),
  ...(threshold !== undefined && { threshold }),
});

function findingOf(
  definition: FindingDefinition,
  verdict: Verdict,
  observation: Observation,
  at: string,
): Finding {
  const target = observation.target.id;
  const forecast = soonestOf(observation, definition.needs);
  return {
    id: definition.id,
    target,
    component: definition.component,
    severity: verdict.severity,
    status: definition.status[verdict.severity],
    since: at,
    observed_at: at,
    title: definition.title,
    evidence: verdict.evidence.map(evidenceOf),
    meaning: definition.meaning,
    impact: definition.impact,
    remedy: [...(verdict.remedy ?? definition.remedy)],
    ...(forecast !== null && { forecast }),
    source: [...definition.source],
  };
}

/** Asks the rule. A rule with a defect must not silence the others: what it throws becomes an answer of its own. */
function verdictOf(definition: FindingDefinition, look: Look): Verdict | null | 'failed' {
  try {
    return definition.judge(look);
  } catch {
    return 'failed';
  }
}

/**
 * Puts one rule to one target. `last` is the finding as it was last judged to hold, null when it did not hold; `others`
 * are the installation's other targets.
 */
export function judge(
  rule: Rule,
  observation: Observation,
  last: Finding | null,
  others: readonly Observation[] = [],
): Outcome {
  const { definition } = rule;
  const finding = definition.id;
  const target = observation.target.id;
  const asked = { key: findingKey({ id: finding, target }), target, rule };
  const at = observedAt(definition, observation);

  const obstacles = obstaclesTo(definition, observation);
  if (obstacles.length > 0) {
    const unevaluated = obstacles.map(([reason, signals]) => ({ finding, target, signals, reason }));
    const gone = unevaluated.find((u) => u.reason === 'not-configured');
    if (gone === undefined) return { ...asked, result: 'unjudged', unevaluated, last };
    const why = `${gone.signals.join(', ')} not configured any more`;
    return { ...asked, result: 'unwatched', observedAt: at, why, unevaluated };
  }
  const verdict = verdictOf(definition, lookAt(observation, others, rule.thresholds, last?.severity ?? null));
  if (verdict === 'failed') {
    const unevaluated = [{ finding, target, signals: [], reason: 'failed' }];
    return { ...asked, result: 'unjudged', unevaluated, last };
  }
  if (verdict === null) return { ...asked, result: 'clear', observedAt: at };
  const fresh = findingOf(definition, verdict, observation, at);
  return { ...asked, result: 'holds', finding: { ...fresh, since: last?.since ?? at } };
}

function whyUnjudged({ signals, reason }: Unevaluated): string {
  return signals.length === 0 ? 'the rule itself failed' : `${signals.join(', ')} unknown (${reason})`;
}

/**
 * The finding an outcome leaves standing, if any. One that held and could not be judged again stands with what was
 * last seen, and says so: neither its end nor its going on is known, and nothing is foreseen of it.
 */
export function standing(outcome: Outcome): Finding | null {
  if (outcome.result === 'clear' || outcome.result === 'unwatched') return null;
  if (outcome.result === 'holds') return outcome.finding;
  const { unevaluated } = outcome;
  if (outcome.last === null) return null;
  const { forecast: _, ...last } = outcome.last;
  const why = unevaluated.map(whyUnjudged).join('; ');
  const text = `not judged again since ${last.observed_at}: ${why}`;
  return { ...last, evidence: [...last.evidence, { text }] };
}
