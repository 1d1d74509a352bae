import Table from 'cli-table3';
import { INFORMATION } from './score/faults/information.ts';
import { luckOf } from './score/history.ts';
import { alarmsOf, type Score, score } from './score/incidents.ts';
import { type Note, note } from './score/information.ts';
import { SHAPE_NAMES, shapeNamed } from './score/shapes/shapes.ts';
import { alone, luckFor, type Trial } from './score/trial.ts';
import { manyPairs, TRIALS } from './score/trials.ts';

const HEALTHY_ROUNDS = 20;
/** The many pairs are left this many rounds after all was told. */
const UNTIL_ROUNDS = 2;

export interface Scoring {
  /** Histories in which nothing is wrong, of twenty rounds each: of every shape of installation as many. */
  readonly histories: number;
  readonly seed: number;
  /** Of each kind of trial only every so many-th. */
  readonly everyTrial?: number;
}

export interface Scored {
  /** Of the faults alone, and of pairs anybody can follow. */
  readonly scores: readonly Score[];
  /** Of each cause in the catalogue at once with what may follow from it, and of pairs drawn by chance. */
  readonly causes: readonly Score[];
  readonly drawn: readonly Score[];
  /** What is no incident, and counts neither for recall nor for precision: nobody is to be told. */
  readonly notes: readonly Note[];
  /** Of all healthy histories together. */
  readonly alarms: readonly string[];
  /** The share of causes that were told, and of what was told that was a cause; 1 at best. */
  readonly recall: number;
  readonly precision: number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Plays healthy histories and every trial, each with luck of its own: the same for the same seed. */
export function scoreAll(
  { histories, seed, everyTrial = 1 }: Scoring,
  progress: (text: string) => void = () => {},
): Scored {
  const isPlayed = (_: unknown, index: number) => index % everyTrial === 0;
  progress(`${histories} healthy histories`);
  const shapes = SHAPE_NAMES.map(shapeNamed);
  const alarms = luckOf(histories, HEALTHY_ROUNDS, seed).flatMap((luck, index) => {
    const shape = shapes[index % shapes.length];
    return shape === undefined ? [] : alarmsOf(shape, luck);
  });
  const scores = Object.values(TRIALS)
    .flatMap((trials: readonly Trial[]) => trials.filter(isPlayed))
    .map((trial, index) => {
      progress(trial.name);
      return score(trial, luckFor(trial, seed + index));
    });
  const many = manyPairs(seed);
  const shortly = (trials: readonly Trial[]) => {
    progress(`${trials.length} pairs`);
    return trials
      .filter(isPlayed)
      .map((trial, index) => score(trial, luckFor(trial, seed + index), { until: UNTIL_ROUNDS }));
  };
  const [causes, drawn] = [shortly(many.everyCause), shortly(many.drawn)];
  const notes = INFORMATION.filter(isPlayed).map((fault, index) => {
    progress(fault.name);
    return note(fault, luckFor(alone(fault), seed + index));
  });
  const all = [...scores, ...causes, ...drawn];
  const found = sum(all.map((s) => s.found.length));
  const wrong = alarms.length + sum(all.map((s) => s.false.length));
  return {
    scores,
    causes,
    drawn,
    notes,
    alarms,
    recall: found / sum(all.map((s) => s.trial.roots.length)),
    precision: found / (found + wrong),
  };
}

export const isExact = ({ trial, found, isRootRight, false: wrong }: Score): boolean =>
  found.length === trial.roots.length && isRootRight && wrong.length === 0;

export const isQuiet = ({ roundsToDetection, false: wrong }: Note): boolean =>
  roundsToDetection !== null && wrong.length === 0;

export const isPerfect = ({ scores, causes, drawn, notes, alarms }: Scored): boolean =>
  alarms.length === 0 && [...scores, ...causes, ...drawn].every(isExact) && notes.every(isQuiet);

const PLAIN = { head: [], border: [] };

function tableOfIncidents(scores: readonly Score[]): string {
  const table = new Table({
    head: ['fault', 'found', 'root right', 'rounds to detection', 'to alert', 'false findings'],
    style: PLAIN,
  });
  for (const { trial, found, isRootRight, roundsToDetection, roundsToAlert, false: wrong } of scores) {
    table.push([
      trial.name,
      `${found.length} of ${trial.roots.length}`,
      isRootRight ? 'yes' : 'NO',
      roundsToDetection ?? 'never',
      roundsToAlert ?? 'never',
      wrong.join('\n'),
    ]);
  }
  return table.toString();
}

function tableOfInformation(notes: readonly Note[]): string {
  const table = new Table({
    head: ['information', 'found as', 'rounds to detection', 'told, or found besides'],
    style: PLAIN,
  });
  for (const { fault, roundsToDetection, false: wrong } of notes)
    table.push([fault.name, fault.expected, roundsToDetection ?? 'never', wrong.join('\n')]);
  return table.toString();
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** The tables, and the totals below them. Of the many pairs only those that went wrong have a line. */
export function scoreTable(scored: Scored, histories: number): string {
  const { scores, causes, drawn, notes, alarms, recall, precision } = scored;
  const exact = (some: readonly Score[]) => some.filter(isExact).length;
  const wrong = [...causes, ...drawn].filter((s) => !isExact(s));
  return [
    tableOfIncidents([...scores, ...wrong]),
    tableOfInformation(notes),
    `${histories} healthy histories of ${HEALTHY_ROUNDS} rounds, of ${SHAPE_NAMES.length} shapes of installation: ${alarms.length} findings`,
    ...alarms,
    `${notes.length} that are mere information: ${notes.filter(isQuiet).length} found as such, nobody told`,
    `${scores.length} faults alone and in pairs: ${exact(scores)} told as exactly their incidents`,
    `${causes.length} causes of the catalogue, each at once with what may follow: ${exact(causes)} told as one incident, of the cause`,
    `${drawn.length} pairs drawn by chance that have nothing to do with each other: ${exact(drawn)} told as two incidents`,
    `${scores.length + causes.length + drawn.length} trials: recall ${percent(recall)}, precision ${percent(precision)}`,
  ].join('\n');
}
