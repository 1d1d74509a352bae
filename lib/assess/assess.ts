import { type Target, targetsOf } from '../config/targets.ts';
import type { Assessment, AssessState } from '../model/assessment.ts';
import { type Finding, findingKey } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';
import type { Report } from '../model/report.ts';
import { type Causality, causality, causesAmong, rootCauseOf, withCauses } from './causes.ts';
import { digestAll, digestKey } from './derivation.ts';
import { advance } from './episodes.ts';
import { seriesAfter, withForecasts } from './forecasts/forecasts.ts';
import { gather } from './incidents.ts';
import type { AssessInput } from './input.ts';
import { inMaintenance } from './maintenance.ts';
import { readingMetrics, statusMetrics } from './metrics.ts';
import { type Observation, observe } from './observation.ts';
import { poolReadings, withPool } from './pools.ts';
import { judge, type Outcome, type Rule, rulesFor, standing } from './rules.ts';
import { snapshotOf } from './snapshot.ts';
import { watch } from './staleness.ts';
import { type JudgedFinding, statusesOf } from './statuses.ts';
import { tell, withDoubts } from './telling.ts';
import { vendedOf } from './vended.ts';

const NOTHING_BEFORE: AssessState = {
  digested: {},
  expectedSince: {},
  holding: {},
  episodes: [],
  incidents: [],
  vended: null,
  series: {},
};

const remindAfterSeconds = ({ remindAfterMinutes }: AssessInput['installation']): number | null =>
  remindAfterMinutes === undefined ? null : 60 * remindAfterMinutes;

/** When each target was first expected to report: now, for one that is new. */
const expectedSinceOf = (targets: readonly Target[], before: AssessState, now: string) =>
  Object.fromEntries(targets.map(({ id }) => [id, before.expectedSince[id] ?? now]));

function judgeAll(
  observations: readonly Observation[],
  rulesOf: (observation: Observation) => readonly Rule[],
  before: AssessState,
): readonly Outcome[] {
  return observations.flatMap((observation) => {
    const others = observations.filter((o) => o !== observation);
    return rulesOf(observation).map((rule) => {
      const key = findingKey({ id: rule.definition.id, target: observation.target.id });
      return judge(rule, observation, before.holding[key] ?? null, others);
    });
  });
}

/** What stands after the judging, each with what it follows from. */
function concludedFrom(outcomes: readonly Outcome[], causal: Causality): readonly JudgedFinding[] {
  const ruleOf = new Map(outcomes.map((o) => [o.key, o.rule]));
  return withCauses(
    outcomes.map(standing).filter((f) => f !== null),
    causal,
  ).flatMap((finding) => {
    const rule = ruleOf.get(findingKey(finding));
    return rule === undefined ? [] : [{ finding, rule }];
  });
}

/** What the next assessment must remember: findings as they were last judged, not as they are served. */
function holdingAfter(outcomes: readonly Outcome[]): Readonly<Record<string, Finding>> {
  return Object.fromEntries(
    outcomes.flatMap((o) => {
      const finding = o.result === 'holds' ? o.finding : o.result === 'unjudged' ? o.last : null;
      return finding === null ? [] : [[o.key, finding]];
    }),
  );
}

/** People see incidents that opened, and a closed one once: in the assessment that closed it. */
function servedOf(incidents: readonly Incident[], before: readonly Incident[]): readonly Incident[] {
  const closedBefore = new Set(before.filter((i) => i.phase === 'closed').map((i) => i.id));
  return incidents.filter((i) => i.phase !== 'pending' && !closedBefore.has(i.id));
}

/**
 * Judges one installation by its newest reports: what holds, what it follows from, what people must be told, what to
 * publish. Pure: the same input gives the same assessment, and time comes in as `now`. Hand `state` to the next one;
 * assessing the same reports again then tells nothing again and publishes no reading twice.
 */
export function assess(input: AssessInput): Assessment {
  const { installation, version } = input;
  const now = input.now.toISOString();
  const before = input.previous ?? NOTHING_BEFORE;
  const targets = targetsOf(installation);
  const isInMaintenance = inMaintenance(installation.maintenance, input.now);

  const ours = input.reports.filter((r) => r.installation === installation.name);
  const expectedSince = expectedSinceOf(targets, before, now);
  const watches = targets.map((t) => watch(t, ours, expectedSince[t.id] ?? now, now));
  const reports = watches.flatMap((w) => w.reports);
  const digested = digestAll(reports, targets, before.digested);
  const derivedFrom = (report: Report) => digested[digestKey(report)]?.derived ?? [];
  const alone = watches.map((w) => ({
    watch: w,
    observation: observe(w, derivedFrom, vendedOf(w.target, input.vended, now), now),
  }));
  const observed = alone.map((s) => s.observation);
  const series = seriesAfter(before.series, observed, now);
  const rules = new Map(targets.map((t) => [t.id, rulesFor(installation, t)]));
  const rulesOf = ({ target }: Observation) => rules.get(target.id) ?? [];
  const seen = alone.map((s) => {
    const pooled = withPool(s.observation, observed);
    return { ...s, observation: withForecasts(pooled, rulesOf(pooled), series, now) };
  });
  const observations = seen.map((s) => s.observation);

  const outcomes = judgeAll(observations, rulesOf, before);
  const causal = causality(
    targets.map((t) => ({ target: t.id, kind: t.kind, roles: 'roles' in t ? t.roles : [] })),
  );
  const concluded = concludedFrom(outcomes, causal);
  const findings = concluded.map((c) => c.finding);
  const statuses = statusesOf(watches, concluded);

  const episodes = advance({
    episodes: before.episodes,
    outcomes,
    standing: new Map(findings.map((f) => [findingKey(f), f])),
    now,
  });
  const incidents = gather({
    installation: installation.name,
    incidents: before.incidents,
    episodes,
    causeOf: causesAmong(findings),
    now,
  });
  const told = tell(incidents, {
    at: now,
    isQuiet: isInMaintenance,
    remindAfterSeconds: remindAfterSeconds(installation),
  });
  const unevaluated = outcomes.flatMap((o) => ('unevaluated' in o ? o.unevaluated : []));
  const rootCause = rootCauseOf(findings, unevaluated, causal);

  /** Rests on the minute tier of its target, so it is published with that. */
  const joinedTo = ({ target, tier }: Report) =>
    tier === 'minute' ? observations.filter((o) => o.target.id === target).flatMap(poolReadings) : [];
  const isNew = (r: Report) => before.digested[digestKey(r)]?.startedAt !== r.startedAt;
  return {
    snapshot: snapshotOf({
      installation,
      now,
      version,
      seen,
      statuses,
      findings,
      rootCause,
      unevaluated,
      incidents: servedOf(told.incidents, before.incidents),
      isInMaintenance,
    }),
    state: {
      digested,
      expectedSince,
      holding: holdingAfter(outcomes),
      episodes,
      incidents: told.remaining,
      vended: input.vended,
      series,
    },
    changes: withDoubts(told.changes, rootCause),
    metrics: [
      ...watches.flatMap(({ target, reports: ofTarget }) =>
        ofTarget
          .filter(isNew)
          .flatMap((r) =>
            readingMetrics(r, [...derivedFrom(r), ...joinedTo(r)], target, installation.metrics),
          ),
      ),
      ...statusMetrics({ installation, statuses, findingsActive: findings.length, now }),
    ],
  };
}
