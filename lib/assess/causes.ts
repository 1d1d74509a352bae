import { findingNamed } from '../catalogue/findings/index.ts';
import { type Finding, findingKey } from '../model/finding.ts';
import { isWorse } from '../model/severity.ts';
import { byTime, secondsBetween } from './clock.ts';

/** A cause may be seen a little after its effect: the two are watched by different probes. */
const CAUSE_MAY_LAG_SECONDS = 180;

type CausesOf = (findingId: string) => readonly string[];
const causesInCatalogue: CausesOf = (id) => findingNamed(id)?.causes ?? [];

const byAge = (a: Finding, b: Finding): number =>
  byTime(a.since, b.since) || (findingKey(a) < findingKey(b) ? -1 : 1);

/** The findings one follows from, the nearest first. */
function chainAbove(key: string, causeOf: ReadonlyMap<string, string>): readonly string[] {
  const cause = causeOf.get(key);
  return cause === undefined ? [] : [cause, ...chainAbove(cause, causeOf)];
}

/**
 * Names for each finding the one it most likely follows from: the likeliest kind of cause first, then the oldest. What
 * is merely informative causes nothing, and nothing is its own cause through others.
 */
export function withCauses(
  findings: readonly Finding[],
  causesOf: CausesOf = causesInCatalogue,
): readonly Finding[] {
  const oldestFirst = findings.toSorted(byAge);
  const causeOf = new Map<string, string>();
  for (const effect of oldestFirst) {
    const effectKey = findingKey(effect);
    const cause = causesOf(effect.id)
      .flatMap((id) => oldestFirst.filter((f) => f.id === id && f.severity !== 'info'))
      .filter((f) => secondsBetween(effect.since, f.since) <= CAUSE_MAY_LAG_SECONDS)
      .map(findingKey)
      .find((key) => key !== effectKey && !chainAbove(key, causeOf).includes(effectKey));
    if (cause !== undefined) causeOf.set(effectKey, cause);
  }
  return findings.map(({ caused_by: _, ...finding }) => {
    const cause = causeOf.get(findingKey(finding));
    return cause === undefined ? finding : { ...finding, caused_by: cause };
  });
}

/** The finding to look at first: the one most others follow from, then the worst, then the oldest. */
export function rootCauseOf(findings: readonly Finding[]): Finding | null {
  const causeOf = new Map(
    findings.flatMap((f) => (f.caused_by === undefined ? [] : [[findingKey(f), f.caused_by] as const])),
  );
  const reach = (root: Finding) =>
    findings.filter((f) => chainAbove(findingKey(f), causeOf).includes(findingKey(root))).length;
  const [root] = findings
    .filter((f) => f.severity !== 'info' && f.caused_by === undefined)
    .toSorted((a, b) => reach(b) - reach(a) || worstFirst(a, b) || byAge(a, b));
  return root ?? null;
}

function worstFirst(a: Finding, b: Finding): number {
  if (a.severity === b.severity) return 0;
  return isWorse(a.severity, b.severity) ? -1 : 1;
}

/** The order findings are served in: the worst first, then the oldest. */
export const byUrgency = (a: Finding, b: Finding): number => worstFirst(a, b) || byAge(a, b);
