import type { Episode } from '../model/episode.ts';
import { findingKey } from '../model/finding.ts';
import type { Consequence, Incident } from '../model/incident.ts';
import { isWorse, type Severity } from '../model/severity.ts';
import { chainAbove } from './causes.ts';
import { byTime, secondsBetween } from './clock.ts';

export interface Gather {
  readonly installation: string;
  /** Those the last assessment left. */
  readonly incidents: readonly Incident[];
  /** Every finding's own course, the oldest first. */
  readonly episodes: readonly Episode[];
  /** The finding each standing finding follows from, by key. */
  readonly causeOf: ReadonlyMap<string, string>;
  readonly now: string;
}

/** What outlives its cause by this long stands on its own feet. */
const RELEASED_AFTER_SECONDS = 15 * 60;
/** A cause that nobody confirms in this time is waited for no longer. */
const CAUSE_AWAITED_SECONDS = 180;

const keyOf = ({ finding }: Episode): string => findingKey(finding);
const isLive = ({ phase }: Pick<Episode | Incident, 'phase'>): boolean => phase !== 'closed';
const membersOf = ({ finding, consequences }: Incident): readonly string[] => [
  findingKey(finding),
  ...consequences.map((c) => c.finding),
];

const earliest = (times: readonly (string | null)[]): string | null =>
  times.filter((t) => t !== null).toSorted(byTime)[0] ?? null;
const latest = (times: readonly (string | null)[]): string | null =>
  times
    .filter((t) => t !== null)
    .toSorted(byTime)
    .at(-1) ?? null;
const worst = (severities: readonly Severity[]): Severity =>
  severities.reduce<Severity>((a, b) => (isWorse(b, a) ? b : a), 'info');

/**
 * Whether what an incident began with is over for so long that this finding no longer belongs to it. One that was not
 * seen since has outlived nothing: it could not be judged, and that is no news.
 */
function hasOutlived(member: Episode | undefined, root: Episode | undefined, now: string): boolean {
  if (root === undefined) return true;
  if (root.closed_at === null || secondsBetween(root.closed_at, now) < RELEASED_AFTER_SECONDS) return false;
  return member === undefined || secondsBetween(root.closed_at, member.finding.observed_at) > 0;
}

/** Named after when it was gathered, not after what was observed: one report may begin two, one after another. */
const idOf = (founder: string, now: string): string => `${founder}@${now}`;
const isFounder = (key: string, { id }: Incident): boolean => id.startsWith(`${key}@`);

/** Which incident each finding belongs to; one that joined stays, unless it outlived its cause. What began it stays. */
function homes({ incidents, episodes, causeOf, now }: Gather): ReadonlyMap<string, string> {
  const known = new Map(episodes.map((e) => [keyOf(e), e]));
  const homeOf = new Map<string, string>();
  for (const incident of incidents.filter(isLive)) {
    const root = findingKey(incident.finding);
    for (const key of membersOf(incident)) {
      const stays = key === root || isFounder(key, incident);
      if (stays || !hasOutlived(known.get(key), known.get(root), now)) homeOf.set(key, incident.id);
    }
  }
  const live = episodes.filter(isLive);
  const above = new Map(live.map((e) => [keyOf(e), chainAbove(keyOf(e), causeOf)]));
  const depth = (e: Episode) => above.get(keyOf(e))?.length ?? 0;
  for (const episode of live.toSorted((a, b) => depth(a) - depth(b))) {
    const key = keyOf(episode);
    if (homeOf.has(key)) continue;
    const effects = live.map(keyOf).filter((other) => above.get(other)?.includes(key));
    const home = [...(above.get(key) ?? []), ...effects].flatMap((k) => homeOf.get(k) ?? [])[0];
    homeOf.set(key, home ?? idOf(key, now));
  }
  return homeOf;
}

/**
 * The member the others follow from: the one it was, unless that follows from another member itself, or others have
 * outlived it.
 */
function rootOf(
  members: readonly Episode[],
  before: Incident | undefined,
  { causeOf, now }: Pick<Gather, 'causeOf' | 'now'>,
): Episode {
  const live = members.filter(isLive);
  const above = new Map(live.map((e) => [keyOf(e), chainAbove(keyOf(e), causeOf)]));
  const follows = (e: Episode) => live.some((other) => above.get(keyOf(e))?.includes(keyOf(other)));
  const was = before && members.find((e) => keyOf(e) === findingKey(before.finding));
  const isStill =
    was !== undefined && (isLive(was) ? !follows(was) : !live.some((e) => hasOutlived(e, was, now)));
  if (isStill) return was;
  const reach = (e: Episode) => live.filter((other) => above.get(keyOf(other))?.includes(keyOf(e))).length;
  const [root = members[0]] = live.filter((e) => !follows(e)).toSorted((a, b) => reach(b) - reach(a));
  if (root === undefined) throw new RangeError('an incident has at least one finding');
  return root;
}

const consequenceOf = (episode: Episode): Consequence => ({
  finding: keyOf(episode),
  title: episode.finding.title,
  severity: episode.severity,
  phase: episode.phase,
  since: episode.first_observed_at,
});

function phaseOf(
  members: readonly Episode[],
  root: Episode,
  before: Incident | undefined,
  now: string,
): Incident['phase'] {
  const some = (phase: Episode['phase']) => members.some((e) => e.phase === phase);
  const wasOpened = before !== undefined && before.opened_at !== null;
  if (some('open')) {
    const isAwaited =
      !wasOpened &&
      root.phase === 'pending' &&
      secondsBetween(root.first_observed_at, now) < CAUSE_AWAITED_SECONDS;
    return isAwaited ? 'pending' : 'open';
  }
  if (some('recovering')) return 'recovering';
  if (!some('pending')) return 'closed';
  return wasOpened ? 'recovering' : 'pending';
}

function incidentOf(
  id: string,
  members: readonly Episode[],
  before: Incident | undefined,
  { installation, causeOf, now }: Gather,
): Incident | null {
  const root = rootOf(members, before, { causeOf, now });
  const phase = phaseOf(members, root, before, now);
  const opened = members.filter((e) => e.opened_at !== null);
  if (phase === 'closed' && opened.length === 0 && before?.opened_at == null) return null;
  const open = members.filter((e) => e.phase === 'open');
  const counted = open.length > 0 ? open : members.filter(isLive);
  const severity =
    counted.length > 0 ? worst(counted.map((e) => e.severity)) : (before?.severity ?? root.severity);
  const peak = worst([before?.peak ?? 'info', ...(opened.length > 0 ? opened : members).map((e) => e.peak)]);
  const openedAt = before?.opened_at ?? root.opened_at ?? earliest(opened.map((e) => e.opened_at));
  const isEscalated = before?.opened_at != null && isWorse(peak, before.peak);
  return {
    id,
    installation,
    finding: root.finding,
    consequences: members.filter((e) => e !== root).map(consequenceOf),
    phase,
    severity,
    peak,
    told: before?.told ?? null,
    told_at: before?.told_at ?? null,
    changes: before?.changes ?? 0,
    first_observed_at:
      earliest([before?.first_observed_at ?? null, ...members.map((e) => e.first_observed_at)]) ?? now,
    opened_at: phase === 'pending' ? null : openedAt,
    escalated_at: isEscalated
      ? latest(open.map((e) => e.finding.observed_at))
      : (before?.escalated_at ?? null),
    recovering_since:
      phase === 'open' || phase === 'pending' ? null : latest(members.map((e) => e.recovering_since)),
    closed_at: phase === 'closed' ? latest(members.map((e) => e.closed_at)) : null,
  };
}

const oldestFirst = (a: Incident, b: Incident): number =>
  byTime(a.first_observed_at, b.first_observed_at) || (a.id < b.id ? -1 : 1);

/**
 * Puts findings that follow from one root cause together: one incident, which what joins later makes no second one,
 * even when it turns out to be the deeper cause. An incident opens when a finding in it does, but waits a little for
 * its root cause to be confirmed; it closes when the last of its findings does. Incidents that closed earlier pass
 * through.
 */
export function gather(input: Gather): readonly Incident[] {
  const before = new Map(input.incidents.filter(isLive).map((i) => [i.id, i]));
  const homeOf = homes(input);
  const groups = Map.groupBy(input.episodes, (e) => homeOf.get(keyOf(e)));
  const gathered = [...groups].flatMap(([id, members]) => {
    if (id === undefined) return [];
    const incident = incidentOf(id, members, before.get(id), input);
    return incident === null ? [] : [incident];
  });
  // Nobody looked for so long that the courses of its findings are forgotten: it is over, and people must hear of it.
  const lost = [...before.values()]
    .filter((i) => i.opened_at !== null && !groups.has(i.id))
    .map((i): Incident => ({ ...i, phase: 'closed', closed_at: i.recovering_since ?? input.now }));
  return [...input.incidents.filter((i) => !isLive(i)), ...gathered, ...lost].toSorted(oldestFirst);
}
