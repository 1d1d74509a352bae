import { findingKey } from '../model/finding.ts';
import type { ChangeKind, Incident, IncidentChange } from '../model/incident.ts';
import { isWorse } from '../model/severity.ts';
import type { RootCause } from '../model/snapshot.ts';
import { secondsBetween } from './clock.ts';

/** Each change is an item of its own in the transaction that stores the state, which takes a hundred. */
export const CHANGES_MAX = 90;

export interface Told {
  /** Every incident as it is after the telling. */
  readonly incidents: readonly Incident[];
  /** Those the next assessment needs: not closed yet, or closed while people still believe them open. */
  readonly remaining: readonly Incident[];
  readonly changes: readonly IncidentChange[];
}

export interface Telling {
  readonly at: string;
  /** Nobody wants to be told anything now. */
  readonly isQuiet: boolean;
  /** How long after the last word people are reminded of what is still open; null for never. */
  readonly remindAfterSeconds: number | null;
}

/** What people ought to hear of an incident by what they heard before; null when they know it all. */
function changeDue(
  { phase, told, told_at, severity }: Incident,
  { at, remindAfterSeconds }: Telling,
): ChangeKind | null {
  if (phase === 'closed') return told === null ? null : 'recovered';
  if (phase !== 'open') return null;
  if (told === null) return 'opened';
  if (isWorse(severity, told)) return 'escalated';
  if (remindAfterSeconds === null || told_at === null) return null;
  return secondsBetween(told_at, at) >= remindAfterSeconds ? 'reminder' : null;
}

/**
 * Reconciles what people know with what is, at most one change an incident. What may not be told now (a maintenance
 * window, too many at once) is due again next time, unless it is over before anybody heard of it. `incidents` come
 * oldest first, so that the end of one is told before the beginning of the next.
 */
export function tell(incidents: readonly Incident[], telling: Telling): Told {
  const { at, isQuiet } = telling;
  const changes: IncidentChange[] = [];
  const remaining: Incident[] = [];
  const after = incidents.map((before) => {
    const kind = changeDue(before, telling);
    if (kind === null || isQuiet || changes.length === CHANGES_MAX) {
      if (before.phase !== 'closed' || kind !== null) remaining.push(before);
      return before;
    }
    const told = kind === 'recovered' ? before.told : before.peak;
    const incident = { ...before, told, told_at: at, changes: before.changes + 1 };
    changes.push({
      kind,
      number: incident.changes,
      at,
      incident,
      ...(kind === 'escalated' && before.told !== null && { worse_than: before.told }),
    });
    if (kind !== 'recovered') remaining.push(incident);
    return incident;
  });
  return { incidents: after, remaining, changes };
}

/** Changes of the incident whose cause is named the root cause say how sure that is; what is over is sure. */
export const withDoubts = (
  changes: readonly IncidentChange[],
  root: RootCause | null,
): readonly IncidentChange[] =>
  changes.map((change) => {
    const isRoot =
      root !== null &&
      findingKey(change.incident.finding) === findingKey({ id: root.finding, target: root.target });
    if (!isRoot || change.kind === 'recovered' || root.ties.length + root.unjudged.length === 0)
      return change;
    return { ...change, doubts: { ties: root.ties, unjudged: root.unjudged } };
  });
