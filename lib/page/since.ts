import type { History } from '../model/history.ts';
import type { Snapshot } from '../model/snapshot.ts';

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

/** The root cause's own beginning where there is one, else what the history shows; null where neither tells. */
export function sinceOf(snapshot: Snapshot, history: History | null): Since | null {
  if (snapshot.monitor.stale) return { at: snapshot.observed_at, isAtLeast: true };
  if (snapshot.root_cause !== null) return { at: snapshot.root_cause.since, isAtLeast: false };
  return history === null ? null : sinceInHistory(snapshot, history);
}
