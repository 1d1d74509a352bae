import { findingKey } from '../../lib/model/finding.ts';
import { type Luck, play } from './history.ts';
import type { Shape } from './shapes/shape.ts';
import { playTrial, type Trial } from './trial.ts';

export interface Score {
  readonly trial: Trial;
  /** Roots that were told. */
  readonly found: readonly string[];
  /** Whether, once people were told, no snapshot named another root cause. */
  readonly isRootRight: boolean;
  /** Rounds from the onset to the first snapshot with all roots, and until all were told; null when that never was. */
  readonly roundsToDetection: number | null;
  readonly roundsToAlert: number | null;
  /** What was told or found that should not have been, and what did not follow or recover though it should. */
  readonly false: readonly string[];
}

export interface Playing {
  /** Stops this many rounds after everything was told, for a short look; unless given, the trial is played to its end. */
  readonly until?: number;
}

/** Plays one trial and compares what was told with what should have been. */
export function score(trial: Trial, luck: Luck, { until = Number.POSITIVE_INFINITY }: Playing = {}): Score {
  const { begun, roots } = trial;
  const expected = begun.flatMap(({ fault }) => [fault.expected, ...fault.brings]);
  /** What each incident that was told is about, as it is told of at last. */
  const told = new Map<string, string>();
  const recovered = new Set<string>();
  const wrong = new Set<string>();
  // Another fault may hide what this one brings.
  const missing = new Set(begun.length === 1 ? begun.flatMap(({ fault }) => fault.brings) : []);
  let detected: number | null = null;
  let alerted: number | null = null;
  let isRootRight = true;
  let isStopped = false;
  for (const { assessment, sinceOnset, isOver } of playTrial(trial, luck)) {
    const { snapshot, changes } = assessment;
    const standing = snapshot.findings.map(findingKey);
    for (const key of standing) {
      missing.delete(key);
      if (!expected.includes(key)) wrong.add(key);
    }
    for (const { kind, incident } of changes) {
      if (kind === 'opened') told.set(incident.id, findingKey(incident.finding));
      if (kind === 'recovered') recovered.add(incident.id);
      if (kind === 'recovered' && !isOver) wrong.add(`${incident.id} recovered too early`);
    }
    if (sinceOnset === null) continue;
    for (const { id, finding } of snapshot.incidents) if (told.has(id)) told.set(id, findingKey(finding));
    if (roots.every((r) => standing.includes(r))) detected ??= sinceOnset;
    const named = [...told.values()];
    if (!roots.every((r) => named.includes(r))) continue;
    alerted ??= sinceOnset;
    const { root_cause } = snapshot;
    if (root_cause === null || !roots.includes(`${root_cause.finding}@${root_cause.target}`))
      isRootRight = false;
    isStopped = sinceOnset - alerted >= until;
    if (isStopped) break;
  }
  const named = [...told.values()];
  for (const [index, key] of named.entries())
    if (!roots.includes(key) || named.indexOf(key) !== index) wrong.add(`told ${key}`);
  for (const key of missing) wrong.add(`${key} never found`);
  for (const id of told.keys()) if (!isStopped && !recovered.has(id)) wrong.add(`${id} never recovered`);
  return {
    trial,
    found: roots.filter((r) => named.includes(r)),
    isRootRight: isRootRight && alerted !== null,
    roundsToDetection: detected,
    roundsToAlert: alerted,
    false: [...wrong],
  };
}

/** What was found or told in a history in which nothing is wrong; nothing should be. */
export function alarmsOf(shape: Shape, luck: Luck): readonly string[] {
  const alarms = new Set<string>();
  for (const { assessment } of play({ shape, luck, change: (report) => report })) {
    for (const { id, target, evidence } of assessment.snapshot.findings)
      alarms.add(`${id}@${target}: ${evidence[0]?.text}`);
    for (const { kind, incident } of assessment.changes)
      alarms.add(`told ${kind} ${findingKey(incident.finding)}`);
  }
  return [...alarms];
}
