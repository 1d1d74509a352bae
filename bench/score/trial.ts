import { findingKey } from '../../lib/model/finding.ts';
import type { Report } from '../../lib/model/report.ts';
import { type Fault, targetOf } from './fault.ts';
import { healthyProbes, watchedInstallation } from './healthy.ts';
import { type Luck, play } from './history.ts';

/** Faults begin in this round, last for some, and are over for the rest. */
const ONSET = 6;
const LASTS = 12;
const ROUNDS = 36;
/** CloudWatch is asked every ten minutes, and two of its answers must agree. */
const VENDED_LASTS = 24;
export const TRIAL_ROUNDS = 60;

/** A fault in a trial, and how many rounds after the first of them it begins. */
export interface Begun {
  readonly fault: Fault;
  readonly after: number;
}

export interface Trial {
  readonly name: string;
  readonly begun: readonly Begun[];
  /** The findings that are to be told, one incident each. */
  readonly roots: readonly string[];
}

export interface Score {
  readonly trial: Trial;
  /** Roots that were told. */
  readonly found: readonly string[];
  /** Whether, once people were told, no snapshot named another root cause. */
  readonly isRootRight: boolean;
  /** Rounds from the onset to the first snapshot with all roots, and until all were told; null when that never was. */
  readonly roundsToDetection: number | null;
  readonly roundsToAlert: number | null;
  /** What was told or found that should not have been. */
  readonly false: readonly string[];
}

const installation = watchedInstallation();
const probes = healthyProbes();

const lastsOf = ({ begun }: Trial): number =>
  begun.some(({ fault }) => fault.vended !== undefined) ? VENDED_LASTS : LASTS;

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
  (round: number) =>
    Object.fromEntries(
      begun
        .filter(({ after }) => round >= ONSET + after && round < over)
        .map(({ fault }) => [targetOf(fault.expected), fault.vended ?? {}]),
    );

/** Plays one trial and compares what was told with what should have been. */
export function score(trial: Trial, luck: Luck): Score {
  const { begun, roots } = trial;
  const expected = begun.map((b) => b.fault.expected);
  /** What each incident that was told is about, as it is told of at last. */
  const told = new Map<string, string>();
  const wrong = new Set<string>();
  let detected: number | null = null;
  let alerted: number | null = null;
  let isRootRight = true;
  const lasts = lastsOf(trial);
  const over = ONSET + lasts;
  const rounds = { ...luck, rounds: luck.rounds.slice(0, ROUNDS + 2 * (lasts - LASTS)) };
  const change = changeOf(trial, over);
  const vended = vendedOf(trial, over);
  for (const { round, assessment } of play({ installation, probes, luck: rounds, change, vended })) {
    const { snapshot, changes } = assessment;
    const standing = snapshot.findings.filter((f) => f.severity !== 'info');
    for (const f of standing)
      if (!expected.includes(findingKey(f)) && f.caused_by === undefined) wrong.add(findingKey(f));
    for (const { kind, incident } of changes) {
      if (kind === 'opened') told.set(incident.id, findingKey(incident.finding));
      if (kind === 'recovered' && round < over) wrong.add(`${incident.id} recovered too early`);
    }
    if (round < ONSET || round >= over) continue;
    for (const { id, finding } of snapshot.incidents) if (told.has(id)) told.set(id, findingKey(finding));
    if (roots.every((r) => standing.some((f) => findingKey(f) === r))) detected ??= round - ONSET + 1;
    const named = [...told.values()];
    if (!roots.every((r) => named.includes(r))) continue;
    alerted ??= round - ONSET + 1;
    const { root_cause } = snapshot;
    if (root_cause === null || !roots.includes(`${root_cause.finding}@${root_cause.target}`))
      isRootRight = false;
  }
  const named = [...told.values()];
  for (const [index, key] of named.entries())
    if (!roots.includes(key) || named.indexOf(key) !== index) wrong.add(`told ${key}`);
  return {
    trial,
    found: roots.filter((r) => named.includes(r)),
    isRootRight: isRootRight && alerted !== null,
    roundsToDetection: detected,
    roundsToAlert: alerted,
    false: [...wrong],
  };
}

/** What was found or told of a healthy history; nothing should be. */
export function alarmsOf(luck: Luck): readonly string[] {
  const alarms = new Set<string>();
  for (const { assessment } of play({ installation, probes, luck, change: (report) => report })) {
    for (const { id, target, severity, evidence } of assessment.snapshot.findings)
      if (severity !== 'info') alarms.add(`${id}@${target}: ${evidence[0]?.text}`);
    for (const { kind, incident } of assessment.changes)
      alarms.add(`told ${kind} ${findingKey(incident.finding)}`);
  }
  return [...alarms];
}
