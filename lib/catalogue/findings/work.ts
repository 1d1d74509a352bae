import type { Look } from '../finding.ts';

/**
 * What is concluded of runs, pools and workers, by the tables of a database that is watched or, where there is none, by
 * the API: the same signals under the name of either kind.
 */
export const WORK_FINDINGS: readonly string[] = [
  'stuck-pending',
  'late-runs-unmarked',
  'workers-stale',
  'work-pool-not-ready',
];

export const workSignals = (...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [`postgres.${name}`, `prefect.${name}`]);

export const workSignal = ({ target }: Look, name: string): string => `${target.kind}.${name}`;

/** @throws RangeError when it is not known: list it in `needs`. */
export const valueIn = (look: Look, name: string): number => look.value(workSignal(look, name));
