import type { Report } from '../../lib/model/report.ts';
import { type Fault, targetOf } from './fault.ts';
import { type Luck, luckOf, type Played, play } from './history.ts';
import type { Vended } from './shapes/shape.ts';
import { shapeNamed } from './shapes/shapes.ts';

/** Faults begin in this round and last for some, unless they say for how many. */
const ONSET = 4;
const LASTS = 12;
/** Then all is well again for longer than that: what began a while later must be over as well. */
const AFTERWARDS = 10;

/** A fault in a trial, and how many rounds after the first of them it begins. */
export interface Begun {
  readonly fault: Fault;
  readonly after: number;
}

/** Faults that befall one installation, the first of them alone or others soon after. */
export interface Trial {
  readonly name: string;
  readonly begun: readonly Begun[];
  /** The findings that are to be told, one incident each. */
  readonly roots: readonly string[];
}

export const alone = (fault: Fault): Trial => ({
  name: fault.name,
  begun: [{ fault, after: 0 }],
  roots: [fault.expected],
});

const lastsOf = ({ begun }: Trial): number => Math.max(...begun.map(({ fault }) => fault.lasts ?? LASTS));

export const roundsOf = (trial: Trial): number => ONSET + 2 * lastsOf(trial) + AFTERWARDS;

/** The luck of one trial, the same for the same seed. */
export function luckFor(trial: Trial, seed: number): Luck {
  const [luck] = luckOf(1, roundsOf(trial), seed);
  if (luck === undefined) throw new Error('luck has run out');
  return luck;
}

function changeOf({ begun }: Trial, over: number) {
  return (report: Report, round: number): Report | null =>
    begun.reduce<Report | null>((changed, { fault, after }) => {
      const minutes = round - ONSET - after;
      const isOn = minutes >= 0 && round < over;
      return changed !== null && isOn ? fault.change(changed, minutes) : changed;
    }, report);
}

const vendedOf =
  ({ begun }: Trial, over: number) =>
  (round: number): Vended => {
    const isOn = ({ after }: Begun) => round >= ONSET + after && round < over;
    const ofTargets = Map.groupBy(begun.filter(isOn), ({ fault }) => targetOf(fault.expected));
    return Object.fromEntries(
      [...ofTargets].map(([target, own]) => [target, Object.assign({}, ...own.map((b) => b.fault.vended))]),
    );
  };

/** One assessment of a trial. */
export interface Look extends Pick<Played, 'assessment'> {
  /** Rounds since the first fault began, 1 in its first; null before and after. */
  readonly sinceOnset: number | null;
  readonly isOver: boolean;
}

/** Plays one trial, from before its faults until long after them. @throws RangeError when they befall several shapes */
export function* playTrial(trial: Trial, luck: Luck): Generator<Look> {
  const [shape, another] = [...new Set(trial.begun.map(({ fault }) => fault.befalls))];
  if (shape === undefined || another !== undefined)
    throw new RangeError(`${trial.name}: ${shape} and ${another} are not one installation`);
  const over = ONSET + lastsOf(trial);
  const history = {
    shape: shapeNamed(shape),
    luck,
    change: changeOf(trial, over),
    vended: vendedOf(trial, over),
  };
  for (const { round, assessment } of play(history)) {
    const isOn = round >= ONSET && round < over;
    yield { assessment, sinceOnset: isOn ? round - ONSET + 1 : null, isOver: round >= over };
  }
}
