import Table from 'cli-table3';
import { luckOf } from './score/history.ts';
import { alarmsOf, type Score, score, TRIAL_ROUNDS, type Trial } from './score/trial.ts';
import { TRIALS } from './score/trials.ts';

const HEALTHY_ROUNDS = 20;

export interface Scoring {
  /** Histories in which nothing is wrong, of twenty rounds each. */
  readonly histories: number;
  readonly seed: number;
  /** Of each kind of trial only every so many-th. */
  readonly everyTrial?: number;
}

export interface Scored {
  readonly scores: readonly Score[];
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
  progress(`${histories} healthy histories`);
  const alarms = luckOf(histories, HEALTHY_ROUNDS, seed).flatMap(alarmsOf);
  const scores = Object.values(TRIALS)
    .flatMap((trials: readonly Trial[]) => trials.filter((_, index) => index % everyTrial === 0))
    .map((trial, index) => {
      progress(trial.name);
      const [luck] = luckOf(1, TRIAL_ROUNDS, seed + index);
      if (luck === undefined) throw new Error('luck has run out');
      return score(trial, luck);
    });
  const found = sum(scores.map((s) => s.found.length));
  const wrong = alarms.length + sum(scores.map((s) => s.false.length));
  return {
    scores,
    alarms,
    recall: found / sum(scores.map((s) => s.trial.roots.length)),
    precision: found / (found + wrong),
  };
}

const failed = ({ trial, found, isRootRight, false: wrong }: Score): boolean =>
  found.length < trial.roots.length || !isRootRight || wrong.length > 0;

export const isPerfect = ({ scores, alarms }: Scored): boolean => alarms.length === 0 && !scores.some(failed);

/** The table, and the totals below it. */
export function scoreTable({ scores, alarms, recall, precision }: Scored, histories: number): string {
  const table = new Table({
    head: ['fault', 'found', 'root right', 'rounds to detection', 'to alert', 'false findings'],
    style: { head: [], border: [] },
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
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    table.toString(),
    `${histories} healthy histories of ${HEALTHY_ROUNDS} rounds: ${alarms.length} findings above information`,
    ...alarms,
    `${scores.length} trials: recall ${percent(recall)}, precision ${percent(precision)}`,
  ].join('\n');
}
