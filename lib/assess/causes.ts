import { type Place, reaches, standsOn } from '../catalogue/dependencies.ts';
import { needsOf } from '../catalogue/finding.ts';
import { findingNamed } from '../catalogue/findings/index.ts';
import { signalNamed } from '../catalogue/signals/index.ts';
import { type Finding, findingKey } from '../model/finding.ts';
import { TARGET_KINDS, TIER_SECONDS } from '../model/report.ts';
import { isWorse } from '../model/severity.ts';
import type { RootCause, Unevaluated } from '../model/snapshot.ts';
import { byTime, secondsBetween } from './clock.ts';

/** A cause may be seen a little after its effect: the two are watched by different probes. */
const CAUSE_MAY_LAG_SECONDS = 180;
/** One that is seen rarely, by as much more: it may have begun as long before. CloudWatch is asked often in trouble. */
const SEEN_EVERY_SECONDS = { 'quarter-hour': TIER_SECONDS['quarter-hour'], vended: 300 } as const;

/** What may cause what: by the catalogue, and by how an installation is put together. */
export interface Causality {
  causesOf(finding: Pick<Finding, 'id' | 'component'>): readonly string[];
  reaches(cause: At, effect: At): boolean;
}
type At = Pick<Finding, 'target' | 'component'>;

/** What a finding itself names comes first, then what its component stands on. */
const causesInCatalogue: Causality['causesOf'] = ({ id, component }) => [
  ...new Set([...(findingNamed(id)?.causes ?? []), ...standsOn(component)]),
];

/** `targets` are those of the installation. */
export function causality(targets: readonly Omit<Place, 'component'>[]): Causality {
  const placeOf = ({ target, component }: At): Place | null => {
    const place = targets.find((t) => t.target === target);
    return place === undefined ? null : { ...place, component };
  };
  return {
    causesOf: causesInCatalogue,
    reaches: (cause, effect) => {
      const [from, to] = [placeOf(cause), placeOf(effect)];
      return from === null || to === null || reaches(from, to);
    },
  };
}

const byAge = (a: Finding, b: Finding): number =>
  byTime(a.since, b.since) || (findingKey(a) < findingKey(b) ? -1 : 1);

/** How much later than its effect a cause may be seen. */
function mayLagSeconds({ id, target }: Pick<Finding, 'id' | 'target'>): number {
  const definition = findingNamed(id);
  const kind = TARGET_KINDS.find((k) => target.startsWith(`${k}/`));
  if (definition === undefined || kind === undefined) return CAUSE_MAY_LAG_SECONDS;
  const rarely = needsOf(definition, kind).map((signal) => {
    const { tiers } = signalNamed(signal);
    if (tiers.includes('minute')) return 0;
    return tiers.length === 0 ? SEEN_EVERY_SECONDS.vended : SEEN_EVERY_SECONDS['quarter-hour'];
  });
  return CAUSE_MAY_LAG_SECONDS + Math.max(0, ...rarely);
}

/** The findings one follows from, the nearest first. */
export function chainAbove(key: string, causeOf: ReadonlyMap<string, string>): readonly string[] {
  const cause = causeOf.get(key);
  return cause === undefined ? [] : [cause, ...chainAbove(cause, causeOf)];
}

/**
 * Names for each finding the one it most likely follows from: the likeliest kind of cause first, then one of the same
 * target, then the oldest. What is merely informative causes nothing and follows from nothing: it was so before. Nothing
 * is its own cause through others.
 */
export function withCauses(
  findings: readonly Finding[],
  { causesOf, reaches: mayReach }: Causality,
): readonly Finding[] {
  const oldestFirst = findings.toSorted(byAge);
  const mayLag = new Map(findings.map((f) => [f, mayLagSeconds(f)]));
  const causeOf = new Map<string, string>();
  for (const effect of oldestFirst.filter((f) => f.severity !== 'info')) {
    const effectKey = findingKey(effect);
    const isElsewhere = (f: Finding) => Number(f.target !== effect.target);
    const cause = causesOf(effect)
      .flatMap((id) =>
        oldestFirst
          .filter((f) => f.id === id && f.severity !== 'info' && mayReach(f, effect))
          .toSorted((a, b) => isElsewhere(a) - isElsewhere(b)),
      )
      .filter((f) => secondsBetween(effect.since, f.since) <= (mayLag.get(f) ?? 0))
      .map(findingKey)
      .find((key) => key !== effectKey && !chainAbove(key, causeOf).includes(effectKey));
    if (cause !== undefined) causeOf.set(effectKey, cause);
  }
  return findings.map(({ caused_by: _, ...finding }) => {
    const cause = causeOf.get(findingKey(finding));
    return cause === undefined ? finding : { ...finding, caused_by: cause };
  });
}

/** Which finding each one follows from, by key. */
export const causesAmong = (findings: readonly Finding[]): ReadonlyMap<string, string> =>
  new Map(
    findings.flatMap((f) => (f.caused_by === undefined ? [] : [[findingKey(f), f.caused_by] as const])),
  );

/** A rule that could not be judged for want of a target or a feature is no cause anybody overlooked. */
const ABSENT = ['not-configured', 'missing', 'no-traffic'];

/**
 * The finding to look at first: the one most others follow from, then the worst, then the oldest. `ties` are others
 * for which as much speaks, `unjudged` findings that may lie deeper but could not be judged now.
 */
export function rootCauseOf(
  findings: readonly Finding[],
  unevaluated: readonly Unevaluated[],
  { causesOf }: Pick<Causality, 'causesOf'>,
): RootCause | null {
  const causeOf = causesAmong(findings);
  const followers = (root: Finding) =>
    findings.map(findingKey).filter((key) => chainAbove(key, causeOf).includes(findingKey(root)));
  const ranked = findings
    .filter((f) => f.severity !== 'info' && f.caused_by === undefined)
    .map((finding) => ({ finding, consequences: followers(finding) }))
    .toSorted(
      (a, b) =>
        b.consequences.length - a.consequences.length ||
        worstFirst(a.finding, b.finding) ||
        byAge(a.finding, b.finding),
    );
  const [root, ...others] = ranked;
  if (root === undefined) return null;
  const { finding, consequences } = root;
  const isTie = (other: (typeof ranked)[number]) =>
    other.consequences.length === consequences.length &&
    worstFirst(other.finding, finding) === 0 &&
    Math.abs(secondsBetween(other.finding.since, finding.since)) <= CAUSE_MAY_LAG_SECONDS;
  const deeper = causesOf(finding);
  return {
    finding: finding.id,
    target: finding.target,
    title: finding.title,
    since: finding.since,
    consequences,
    ties: others.filter(isTie).map((o) => findingKey(o.finding)),
    unjudged: [
      ...new Set(
        unevaluated
          .filter((u) => deeper.includes(u.finding) && !ABSENT.includes(u.reason))
          .map((u) => findingKey({ id: u.finding, target: u.target })),
      ),
    ],
  };
}

function worstFirst(a: Finding, b: Finding): number {
  if (a.severity === b.severity) return 0;
  return isWorse(a.severity, b.severity) ? -1 : 1;
}

/** The order findings are served in: the worst first, then the oldest. */
export const byUrgency = (a: Finding, b: Finding): number => worstFirst(a, b) || byAge(a, b);
