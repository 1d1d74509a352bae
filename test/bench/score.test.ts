import { expect, it } from 'vitest';
import { shows } from '../../bench/score/fault.ts';
import { score } from '../../bench/score/incidents.ts';
import { note } from '../../bench/score/information.ts';
import { alone, luckFor } from '../../bench/score/trial.ts';
import { isPerfect, scoreAll, scoreTable } from '../../bench/score.ts';

/** Some of the trials, from before the faults until all has recovered: `npm run bench -- score` plays them all. */
const SHORTER = { histories: 4, seed: 20_261_121, everyTrial: 31 };

it('faults alone and in pairs are told as what they are, recover, and a healthy installation is left alone', () => {
  const scored = scoreAll(SHORTER);
  expect(isPerfect(scored), scoreTable(scored, SHORTER.histories)).toBe(true);
  expect([scored.recall, scored.precision]).toEqual([1, 1]);
});

const LOCKS = {
  'postgres.blocked.sessions': 3,
  'postgres.blocked.longest_wait_seconds': 20,
};

it('counts what is missed and what is told without reason', () => {
  const trial = alone(shows('locks', 'postgres-down@postgres/orion', LOCKS));
  expect(score(trial, luckFor(trial, 1))).toMatchObject({
    found: [],
    isRootRight: false,
    roundsToDetection: null,
    false: ['postgres-lock-contention@postgres/orion', 'told postgres-lock-contention@postgres/orion'],
  });
});

it('counts what should have followed and did not', () => {
  const trial = alone(
    shows(
      'locks',
      'postgres-lock-contention@postgres/orion',
      LOCKS,
      {},
      { brings: ['redis-down@redis/main'] },
    ),
  );
  expect(score(trial, luckFor(trial, 1)).false).toEqual(['redis-down@redis/main never found']);
});

it('counts an incident that never recovers', () => {
  const trial = alone(shows('locks', 'postgres-lock-contention@postgres/orion', LOCKS));
  const luck = luckFor(trial, 1);
  const brokenOff = { ...luck, rounds: luck.rounds.slice(0, 12) };
  expect(score(trial, brokenOff).false).toEqual([
    expect.stringMatching(/^postgres-lock-contention@postgres\/orion@.* never recovered$/),
  ]);
});

it('counts an incident where there was to be information only', () => {
  const fault = shows('locks', 'postgres-lock-contention@postgres/orion', LOCKS);
  expect(note(fault, luckFor(alone(fault), 1)).false).toEqual([
    'warning postgres-lock-contention@postgres/orion',
    'root cause postgres-lock-contention',
    'told opened postgres-lock-contention@postgres/orion',
    'an incident of postgres-lock-contention@postgres/orion',
    'told recovered postgres-lock-contention@postgres/orion',
  ]);
});
