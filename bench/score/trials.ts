import fc from 'fast-check';
import type { Fault } from './fault.ts';
import { FAULTS, faultOf } from './faults.ts';
import { FOLLOWING, INDEPENDENT } from './pairs.ts';
import { areIndependent, isCauseOf } from './together.ts';
import { alone, type Trial } from './trial.ts';

const apart = (faults: readonly Fault[]): Trial => ({
  name: faults.map((f) => f.name).join(' and '),
  begun: faults.map((fault, after) => ({ fault, after })),
  roots: faults.map((f) => f.expected),
});

const AT_ONCE = { when: 'at once', cause: 0, effect: 0 };
/** The effect is seen at once with its cause, two rounds later, and one round before it. */
const WHEN = [
  AT_ONCE,
  { when: 'later', cause: 0, effect: 2 },
  { when: 'seen first', cause: 1, effect: 0 },
] as const;

const follow = (cause: Fault, effect: Fault, { when, ...after }: (typeof WHEN)[number]): Trial => ({
  name: `${cause.name}, so ${effect.name} (${when})`,
  begun: [
    { fault: cause, after: after.cause },
    { fault: effect, after: after.effect },
  ],
  roots: [cause.expected],
});

/** Hours of waiting show nothing that minutes do not. */
const LASTS_MAX = 30;
const SHORT = FAULTS.filter((f) => (f.lasts ?? 0) <= LASTS_MAX);

const everyCause: readonly Trial[] = SHORT.flatMap((effect) =>
  SHORT.filter((cause) => isCauseOf(cause, effect)).map((cause) => follow(cause, effect, AT_ONCE)),
);

const PAIRS_DRAWN = 500;

/** Of pairs drawn by chance, those that have nothing to do with each other. */
const drawn = (seed: number): readonly Trial[] =>
  fc
    .sample(fc.tuple(fc.constantFrom(...SHORT), fc.constantFrom(...SHORT)), { numRuns: PAIRS_DRAWN, seed })
    .filter(([a, b]) => areIndependent(a, b))
    .map(apart);

/** Told one by one: each fault alone, and pairs anybody can follow. */
export const TRIALS = {
  alone: FAULTS.map(alone),
  independent: INDEPENDENT.map((pair) => apart(pair.map(faultOf))),
  following: FOLLOWING.flatMap(([cause, effect]) =>
    WHEN.map((when) => follow(faultOf(cause), faultOf(effect), when)),
  ),
} as const;

/** Told by their number: whatever may follow from what, and pairs drawn by chance. */
export const manyPairs = (seed: number) => ({ everyCause, drawn: drawn(seed) }) as const;
