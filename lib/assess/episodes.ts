import type { Episode } from '../model/episode.ts';
import { type Finding, findingKey } from '../model/finding.ts';
import { isWorse } from '../model/severity.ts';
import { byTime, secondsBetween } from './clock.ts';
import type { Outcome, Rule } from './rules.ts';

export interface Advance {
  /** Those the last assessment left. */
  readonly episodes: readonly Episode[];
  readonly outcomes: readonly Outcome[];
  /** The findings that stand now, by key. */
  readonly standing: ReadonlyMap<string, Finding>;
  readonly now: string;
}

/** What comes back this soon after it closed is flapping; the closed episode is remembered for as long. */
const REMEMBERED_SECONDS = 3600;
const RECOVERY_SECONDS_MAX = 30 * 60;
/** What closes by one report has no recovery of its own to double once it flaps. */
const FLAPPING_RECOVERY_SECONDS = 60;

/** How long it must have been seen not to hold: twice as long for every time it came back. */
function recoverySeconds({ flaps }: Episode, rule: Rule): number {
  if (flaps === 0) return rule.recoverySeconds;
  const doubled = (rule.recoverySeconds || FLAPPING_RECOVERY_SECONDS) * 2 ** flaps;
  return Math.min(Math.max(RECOVERY_SECONDS_MAX, rule.recoverySeconds), doubled);
}

const begun = (finding: Finding, before: Episode | undefined): Episode => ({
  finding,
  phase: 'pending',
  severity: finding.severity,
  peak: finding.severity,
  flaps: before === undefined ? 0 : before.flaps + 1,
  first_observed_at: finding.observed_at,
  opened_at: null,
  recovering_since: null,
  closed_at: null,
});

/** The finding was seen to hold. */
function held(episode: Episode, finding: Finding, rule: Rule): Episode {
  const { severity, observed_at } = finding;
  const peak = isWorse(severity, episode.peak) ? severity : episode.peak;
  const flaps = episode.phase === 'recovering' ? episode.flaps + 1 : episode.flaps;
  const seen = { ...episode, finding, severity, peak, flaps };
  if (episode.phase !== 'pending') return { ...seen, phase: 'open', recovering_since: null };
  const isLongEnough = secondsBetween(episode.first_observed_at, observed_at) >= rule.pendingSeconds;
  return isLongEnough ? { ...seen, phase: 'open', opened_at: observed_at } : seen;
}

/** The finding was seen not to hold. One that was still pending never was anything. */
function cleared(episode: Episode, observedAt: string, rule: Rule): Episode | null {
  if (episode.phase === 'pending') return null;
  const since = episode.recovering_since ?? observedAt;
  const recovering = { ...episode, recovering_since: since };
  return secondsBetween(since, observedAt) >= recoverySeconds(episode, rule)
    ? { ...recovering, phase: 'closed', closed_at: observedAt }
    : { ...recovering, phase: 'recovering' };
}

/** The finding with why nobody watches it any more, said once. */
function unwatched(finding: Finding, why: string): Finding {
  const text = `no longer watched: ${why}`;
  return { ...finding, evidence: [...finding.evidence.filter((e) => e.text !== text), { text }] };
}

/** Nobody looks any more, because the target or the finding was taken out of the configuration. */
function abandoned(episode: Episode, now: string): Episode | null {
  if (episode.phase === 'pending') return null;
  const finding = unwatched(episode.finding, 'taken out of the configuration');
  return { ...episode, finding, phase: 'closed', closed_at: now };
}

function next(before: Episode | undefined, outcome: Outcome, advance: Advance): Episode | null {
  const { rule } = outcome;
  const finding = advance.standing.get(outcome.key);
  const live = before?.phase === 'closed' ? undefined : before;
  if (outcome.result === 'unjudged') {
    return live === undefined || finding === undefined ? (live ?? null) : { ...live, finding };
  }
  if (finding !== undefined && finding.severity !== 'info') {
    return held(live ?? begun(finding, before), finding, rule);
  }
  if (live === undefined) return null;
  if (outcome.result === 'holds') return cleared(live, outcome.finding.observed_at, rule);
  if (outcome.result === 'clear') return cleared(live, outcome.observedAt, rule);
  return cleared({ ...live, finding: unwatched(live.finding, outcome.why) }, outcome.observedAt, rule);
}

const keyOf = ({ finding }: Episode): string => findingKey(finding);

const oldestFirst = (a: Episode, b: Episode): number =>
  byTime(a.first_observed_at, b.first_observed_at) || (keyOf(a) < keyOf(b) ? -1 : 1);

/**
 * Moves the episode of every finding by what was observed, whether or not anybody may be told: pending → open →
 * recovering → closed, and back to open. Times between two phases are those between reports, so looking again at the
 * same report changes nothing. What could not be judged stays where it is; what nobody watches any more recovers, and
 * says why. A closed episode is kept for an hour.
 */
export function advance(input: Advance): readonly Episode[] {
  const isForgotten = ({ closed_at }: Episode) =>
    closed_at !== null && secondsBetween(closed_at, input.now) >= REMEMBERED_SECONDS;
  const before = new Map(input.episodes.filter((e) => !isForgotten(e)).map((e) => [keyOf(e), e]));
  const asked = new Set(input.outcomes.map((o) => o.key));
  const after = new Map<string, Episode>();
  for (const [key, episode] of before) {
    const isClosed = episode.phase === 'closed';
    const left = isClosed ? episode : asked.has(key) ? null : abandoned(episode, input.now);
    if (left !== null) after.set(key, left);
  }
  for (const outcome of input.outcomes) {
    const episode = next(before.get(outcome.key), outcome, input);
    if (episode !== null) after.set(outcome.key, episode);
  }
  return [...after.values()].toSorted(oldestFirst);
}
