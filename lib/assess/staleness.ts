import { tiersOf } from '../catalogue/signals/index.ts';
import type { Target } from '../config/targets.ts';
import { type Report, TIER_SECONDS, type Tier } from '../model/report.ts';
import type { Unknown } from '../model/unknown.ts';
import { byTime, secondsBetween } from './clock.ts';
import { reasonOf } from './readings.ts';

/** From this age on a report says nothing about the present. */
const STALE_INTERVALS = 2;

const NOT_YET: Unknown = { reason: 'not-collected', detail: 'no report of this target has come yet' };
const NEVER: Unknown = { reason: 'stale', detail: 'no report of this target ever came' };
export const STALE: Unknown = { reason: 'stale', detail: 'the newest report is older than two intervals' };
const SAYS_NOTHING: Unknown = { reason: 'failed', detail: 'the report does not say whether it is up' };

/** How well one target is watched. */
export interface Watch {
  readonly target: Target;
  /** The newest report of each tier, whatever their age; the oldest of them first. */
  readonly reports: readonly Report[];
  /** Those of them young enough to speak for the present. */
  readonly fresh: readonly Report[];
  /** The minutely one of those, which alone says whether the target is up. Null when nothing speaks for the present. */
  readonly speaker: Report | null;
  /** Age of the newest report in intervals; of several tiers, of the one most overdue. */
  readonly ageIntervals: number;
  /** Why there is no speaker; null when there is one. */
  readonly silence: Unknown | null;
  /** Why the speaker cannot tell whether the target is up; null when it can, or when there is none. */
  readonly blindness: Unknown | null;
  /** Why the state of the target cannot be told; null when it can. */
  readonly unknown: Unknown | null;
}

/**
 * A report dated ahead of now comes from a wrong clock and is trusted as little as one equally far behind: else a
 * single wrong date would keep a dead probe looking alive.
 */
const ageOf = (report: Report, now: string): number =>
  Math.abs(secondsBetween(report.startedAt, now)) / report.intervalSeconds;

function blindnessOf(target: Target, { readings }: Report): Unknown | null {
  const up = readings.find((r) => r.signal === `${target.kind}.up`);
  if (up === undefined) return SAYS_NOTHING;
  return up.value === null ? reasonOf(up) : null;
}

/**
 * Judges how old the reports of one target are. `reports` may hold those of others; `expectedSince` is when this
 * target was first expected to report; `tiers` are those expected of it.
 */
export function watch(
  target: Target,
  reports: readonly Report[],
  expectedSince: string,
  now: string,
  tiers: readonly Tier[] = tiersOf(target.kind),
): Watch {
  const oldestFirst = reports
    .filter((r) => r.target === target.id)
    .toSorted((a, b) => byTime(a.startedAt, b.startedAt));
  const newestOf = (tier: Tier) => oldestFirst.findLast((r) => r.tier === tier);
  const ages = tiers.map((tier) => {
    const report = newestOf(tier);
    if (report !== undefined) return ageOf(report, now);
    return Math.max(0, secondsBetween(expectedSince, now)) / TIER_SECONDS[tier];
  });
  const ageIntervals = Math.max(...ages);
  const isOverdue = ageIntervals >= STALE_INTERVALS;

  const own = oldestFirst.filter((r) => r === newestOf(r.tier));
  const fresh = own.filter((r) => ageOf(r, now) < STALE_INTERVALS);
  const speaker = fresh.findLast((r) => r.tier === 'minute') ?? null;
  const silence = own.every((r) => r.tier !== 'minute')
    ? isOverdue
      ? NEVER
      : NOT_YET
    : speaker === null
      ? STALE
      : null;
  const blindness = speaker === null ? null : blindnessOf(target, speaker);
  return {
    target,
    reports: own,
    fresh,
    speaker,
    ageIntervals,
    silence,
    blindness,
    unknown: silence ?? (isOverdue ? STALE : null) ?? blindness,
  };
}
