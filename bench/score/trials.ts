import { FAULTS, faultOf } from './faults.ts';
import { FOLLOWING, INDEPENDENT } from './pairs.ts';
import { alone, type Trial } from './trial.ts';

const independent: readonly Trial[] = INDEPENDENT.map((pair) => {
  const faults = pair.map(faultOf);
  return {
    name: faults.map((f) => f.name).join(' and '),
    begun: faults.map((fault, after) => ({ fault, after })),
    roots: faults.map((f) => f.expected),
  };
});

/** The effect is seen at once with its cause, two rounds later, and one round before it. */
const following: readonly Trial[] = FOLLOWING.flatMap(([causeId, effectId]) => {
  const [cause, effect] = [faultOf(causeId), faultOf(effectId)];
  return [
    { when: 'at once', cause: 0, effect: 0 },
    { when: 'later', cause: 0, effect: 2 },
    { when: 'seen first', cause: 1, effect: 0 },
  ].map(({ when, ...after }) => ({
    name: `${cause.name}, so ${effect.name} (${when})`,
    begun: [
      { fault: cause, after: after.cause },
      { fault: effect, after: after.effect },
    ],
    roots: [cause.expected],
  }));
});

/** By what they are to show. */
export const TRIALS = { alone: FAULTS.map(alone), independent, following } as const;
