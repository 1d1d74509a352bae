import { describe, expect, it } from 'vitest';
import { type Fault, findingOf, targetOf } from '../../bench/score/fault.ts';
import { INFORMATION } from '../../bench/score/faults/information.ts';
import { FAULTS } from '../../bench/score/faults.ts';
import { calm } from '../../bench/score/history.ts';
import { score } from '../../bench/score/incidents.ts';
import { note } from '../../bench/score/information.ts';
import { kindOf } from '../../bench/score/readings.ts';
import { alone, roundsOf, type Trial } from '../../bench/score/trial.ts';
import { FINDINGS } from '../../lib/catalogue/findings/index.ts';

/** By no chance, and not until all has recovered: `npm run bench -- score` plays each with luck, to its end. */
const calmFor = (trial: Trial) => calm(roundsOf(trial));
const SHORTLY = { until: 1 };

describe('a single fault', () => {
  it.each(FAULTS)('is told as exactly its incident: $name ($expected)', (fault) => {
    const trial = alone(fault);
    expect(score(trial, calmFor(trial), SHORTLY)).toMatchObject({
      found: [fault.expected],
      isRootRight: true,
      roundsToAlert: expect.any(Number),
      false: [],
    });
  });

  it.each(INFORMATION)(
    'that is mere information is found as such and told to nobody: $name ($expected)',
    (fault) => {
      expect(note(fault, calmFor(alone(fault)), SHORTLY)).toMatchObject({
        roundsToDetection: expect.any(Number),
        false: [],
      });
    },
  );
});

describe('the faults', () => {
  const names = (faults: readonly Fault[]) => faults.map((f) => f.expected);

  it('make every finding true, for each kind of target it judges', () => {
    const made = new Set(
      names([...FAULTS, ...INFORMATION]).map((key) => `${findingOf(key)} of ${kindOf(targetOf(key))}`),
    );
    const all = FINDINGS.flatMap(({ id, kinds }) => kinds.map((kind) => `${id} of ${kind}`));
    expect(all.filter((one) => !made.has(one))).toEqual([]);
  });

  it.each([
    ['incidents', FAULTS],
    ['information', INFORMATION],
  ])('are each expected to be another finding: %s', (_, faults) => {
    expect(new Set(names(faults)).size).toBe(faults.length);
  });
});
