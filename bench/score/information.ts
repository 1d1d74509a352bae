import { findingKey } from '../../lib/model/finding.ts';
import type { Fault } from './fault.ts';
import type { Luck } from './history.ts';
import type { Playing } from './incidents.ts';
import { alone, playTrial } from './trial.ts';

/** What became of something that is worth a note and nobody's sleep. */
export interface Note {
  readonly fault: Fault;
  /** Rounds from the onset to the first snapshot that shows it; null when none does. */
  readonly roundsToDetection: number | null;
  /** Whatever else was found, and all that was told: nothing should be. */
  readonly false: readonly string[];
}

/** Plays one such fault: it is to be found, as information, and nobody is to be told. */
export function note(fault: Fault, luck: Luck, { until = Number.POSITIVE_INFINITY }: Playing = {}): Note {
  const wrong = new Set<string>();
  let detected: number | null = null;
  let last: readonly string[] = [];
  for (const { assessment, sinceOnset } of playTrial(alone(fault), luck)) {
    const { snapshot, changes } = assessment;
    last = snapshot.findings.map(findingKey);
    for (const finding of snapshot.findings) {
      const key = findingKey(finding);
      if (key !== fault.expected || finding.severity !== 'info') wrong.add(`${finding.severity} ${key}`);
    }
    for (const { kind, incident } of changes) wrong.add(`told ${kind} ${findingKey(incident.finding)}`);
    for (const { finding } of snapshot.incidents) wrong.add(`an incident of ${findingKey(finding)}`);
    if (snapshot.root_cause !== null) wrong.add(`root cause ${snapshot.root_cause.finding}`);
    if (sinceOnset === null) continue;
    if (last.includes(fault.expected)) detected ??= sinceOnset;
    if (detected !== null && sinceOnset - detected >= until)
      return { fault, roundsToDetection: detected, false: [...wrong] };
  }
  for (const key of last) wrong.add(`${key} stays`);
  return { fault, roundsToDetection: detected, false: [...wrong] };
}
