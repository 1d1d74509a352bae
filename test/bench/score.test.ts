import { expect, it } from 'vitest';
import { shows } from '../../bench/score/fault.ts';
import { FAULTS } from '../../bench/score/faults.ts';
import { luckOf } from '../../bench/score/history.ts';
import { score, TRIAL_ROUNDS } from '../../bench/score/trial.ts';
import { isPerfect, scoreAll, scoreTable } from '../../bench/score.ts';

/** Every seventh trial and few histories: `npm run bench -- score` plays them all. */
const SHORTER = { histories: 4, seed: 20_261_121, everyTrial: 7 };

it('each fault is told as the one incident it is, and a healthy installation is left alone', () => {
  const scored = scoreAll(SHORTER);
  expect(isPerfect(scored), scoreTable(scored, SHORTER.histories)).toBe(true);
  expect([scored.recall, scored.precision]).toEqual([1, 1]);
});

it('counts what is missed and what is told without reason', () => {
  const [luck] = luckOf(1, TRIAL_ROUNDS, 1);
  const fault = shows('locks', 'postgres-down@postgres/orion', {
    'postgres.blocked.sessions': 3,
    'postgres.blocked.longest_wait_seconds': 20,
  });
  const trial = { name: fault.name, begun: [{ fault, after: 0 }], roots: [fault.expected] };
  expect(luck && score(trial, luck)).toMatchObject({
    found: [],
    isRootRight: false,
    roundsToDetection: null,
    false: ['postgres-lock-contention@postgres/orion', 'told postgres-lock-contention@postgres/orion'],
  });
});

it('has more than seventy faults, each expected to be another finding', () => {
  const expected = FAULTS.map((f) => f.expected);
  expect(new Set(expected).size).toBe(expected.length);
  expect(expected.length).toBeGreaterThanOrEqual(70);
});
