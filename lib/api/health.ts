import type { Snapshot } from '../model/snapshot.ts';
import { type Status, worstOf } from '../model/status.ts';
import { type ApiHandler, json } from './http.ts';

/**
 * For load balancers and status pages: `{"status": …}` and nothing else. 503 when an installation is in error, or
 * when nothing recent is known of one; a warning or a component that cannot be looked at is still 200.
 */
export const health =
  (current: () => Promise<readonly (Snapshot | null)[]>): ApiHandler =>
  async () => {
    const snapshots = await current();
    const statuses = snapshots.map((s): Status => s?.status ?? 'unknown');
    if (statuses.includes('error')) return json({ status: 'error' }, 503);
    if (snapshots.some((s) => s === null || s.monitor.stale)) return json({ status: 'unknown' }, 503);
    return json({ status: worstOf(statuses) });
  };
