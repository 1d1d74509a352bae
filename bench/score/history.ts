import fc from 'fast-check';
import { assess } from '../../lib/assess/assess.ts';
import type { Assessment, AssessState, VendedReadings } from '../../lib/model/assessment.ts';
import { type Report, TIER_SECONDS } from '../../lib/model/report.ts';
import { stillNew } from '../../lib/vended/read.ts';
import type { Shape, Vended } from './shapes/shape.ts';

const START = Date.parse('2026-11-21T08:00:00.000Z');
const QUARTER = TIER_SECONDS['quarter-hour'] / TIER_SECONDS.minute;

/** What chance does to one round: when its probes start and its assessment runs, and which report is lost. */
export interface Chance {
  readonly startMs: readonly number[];
  readonly assessMs: number;
  /** The number of the probe whose report is lost; most numbers are no probe's. */
  readonly lost: number;
  /** The whole round is assessed twice, as when the stream and the schedule both ask for it. */
  readonly isAssessedTwice: boolean;
}

const PROBES_MAX = 16;
const LOST_ONCE_IN = 60;

/** How far the clocks of the probes are from ours, for a whole history. */
const skews = fc.array(fc.integer({ min: -3000, max: 3000 }), {
  minLength: PROBES_MAX,
  maxLength: PROBES_MAX,
});

const chance: fc.Arbitrary<Chance> = fc.record({
  startMs: fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: PROBES_MAX, maxLength: PROBES_MAX }),
  assessMs: fc.integer({ min: 9000, max: 25_000 }),
  lost: fc.integer({ min: 0, max: LOST_ONCE_IN }),
  isAssessedTwice: fc.boolean(),
});

export interface Luck {
  readonly skewMs: readonly number[];
  readonly rounds: readonly Chance[];
  /** In which of the recorded minutes the history begins. */
  readonly from: number;
}

/** What chance does to each of so many histories of so many rounds; the same for the same seed. */
export function luckOf(histories: number, rounds: number, seed: number): readonly Luck[] {
  const luck = fc.record({
    skewMs: skews,
    rounds: fc.array(chance, { minLength: rounds, maxLength: rounds, size: 'max' }),
    from: fc.integer({ min: 0, max: 10 }),
  });
  return fc.sample(luck, { numRuns: histories, seed });
}

/** A history in which chance does nothing: every probe in time, no report lost. */
export const calm = (rounds: number): Luck => ({
  skewMs: [],
  rounds: Array.from({ length: rounds }, () => ({
    startMs: [],
    assessMs: 15_000,
    lost: LOST_ONCE_IN,
    isAssessedTwice: false,
  })),
  from: 0,
});

export interface History {
  readonly shape: Shape;
  readonly luck: Luck;
  /** What becomes of a healthy report of a round; null when none comes. */
  change(report: Report, round: number): Report | null;
  /** What CloudWatch says otherwise than it does of what is healthy, by target. */
  vended?(round: number): Vended;
}

/** What CloudWatch knows is some minutes old when it is asked. */
const VENDED_LATE_MS = 3 * 60_000;

/** The answers to the last question: it is asked as rarely as deployed. */
function asked(healthy: Vended, before: AssessState | null, now: Date, otherwise: Vended): VendedReadings {
  const known = stillNew(before, now);
  if (known !== null) return known;
  const at = new Date(now.getTime() - VENDED_LATE_MS).toISOString();
  const readings = Object.entries(healthy).flatMap(([target, usual]) =>
    Object.entries({ ...usual, ...otherwise[target] }).map(([signal, value]) => {
      return { signal, target, value, at };
    }),
  );
  return { askedAt: now.toISOString(), readings };
}

/** One assessment, and the round it belongs to. */
export interface Played {
  readonly round: number;
  readonly assessment: Assessment;
}

/** Plays a history round by round, every report through the assessment as deployed. */
export function* play({ shape, luck, change, vended = () => ({}) }: History): Generator<Played> {
  const { installation, probes } = shape;
  const newest = new Map<string, Report>();
  let state: AssessState | null = null;
  let lostBefore = -1;
  for (const [round, { startMs, assessMs, lost, isAssessedTwice }] of luck.rounds.entries()) {
    const began = START + round * TIER_SECONDS.minute * 1000;
    for (const [index, { target, tier, report }] of probes.entries()) {
      if (tier === 'quarter-hour' && round % QUARTER !== 0) continue;
      // Two in a row would be silence, which is told; nothing was there before the first.
      if (index === lost && lost !== lostBefore && round > 0 && tier === 'minute') continue;
      const at = began + (startMs[index] ?? 0) + (luck.skewMs[index] ?? 0);
      const played = tier === 'minute' ? luck.from + round : Math.floor(round / QUARTER);
      const changed = change(report(played, new Date(at).toISOString()), round);
      if (changed !== null) newest.set(`${target} ${tier}`, changed);
    }
    lostBefore = lost === lostBefore ? -1 : lost;
    for (const again of isAssessedTwice ? [0, 1] : [0]) {
      const now = new Date(began + assessMs + again * 20_000);
      const reports = [...newest.values()];
      const assessment: Assessment = assess({
        installation,
        reports,
        vended: asked(shape.vended, state, now, vended(round)),
        previous: state,
        now,
        version: 'score',
      });
      state = assessment.state;
      yield { round, assessment };
    }
  }
}
