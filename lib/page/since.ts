import { findingKey } from '../model/finding.ts';
import type { History } from '../model/history.ts';
import type { RootCause, Snapshot } from '../model/snapshot.ts';

/** Since when it has been as it is; `isAtLeast` when it may have been so for longer than is known. */
export interface Since {
  readonly at: string;
  readonly isAtLeast: boolean;
}

/** How far back the history shows the present status without a break. */
function sinceInHistory({ status }: Snapshot, { times, statuses }: History): Since | null {
  const broken = statuses.findLastIndex((s) => s !== status);
  const at = times[broken + 1];
  return at === undefined ? null : { at, isAtLeast: broken === -1 };
}

/** A cause may be seen later than what follows from it: the trouble began with the first of them. */
function beginningOf(cause: RootCause, findings: Snapshot['findings']): string {
  const ofIt = findings.filter((f) => cause.consequences.includes(findingKey(f)));
  return [cause.since, ...ofIt.map((f) => f.since)].reduce((a, b) => (Date.parse(b) < Date.parse(a) ? b : a));
}

/** The beginning of the root cause or what follows from it, else what the history shows; null where neither tells. */
export function sinceOf(snapshot: Snapshot, history: History | null): Since | null {
  if (snapshot.monitor.stale) return { at: snapshot.observed_at, isAtLeast: true };
  const { root_cause: cause, findings } = snapshot;
  if (cause !== null) return { at: beginningOf(cause, findings), isAtLeast: false };
  return history === null ? null : sinceInHistory(snapshot, history);
}
