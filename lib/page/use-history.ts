import { useEffect, useState } from 'preact/hooks';
import type { History } from '../model/history.ts';
import { CHARTED_SIGNALS } from './charts.ts';
import { openClient } from './client.ts';

/** History grows by one moment a minute. */
const REFRESH_MILLISECONDS = 60_000;
/** Two minutes less than three hours: a longer way back to now would be thinned. */
const SHOWN_MILLISECONDS = 178 * 60_000;

/** The course of the last three hours, or why there is none to show; null until it is known. */
export type Course = { readonly history: History } | { readonly missing: string } | null;

/** Follows an installation's history. `observedAt` is the server's time of the newest snapshot, null before the first. */
export function useHistory(token: string, installation: string | null, observedAt: string | null): Course {
  const [course, setCourse] = useState<Course>(null);
  const minute = observedAt === null ? null : Math.floor(Date.parse(observedAt) / REFRESH_MILLISECONDS);
  useEffect(() => setCourse(null), [token, installation]);
  useEffect(() => {
    if (installation === null || minute === null || Number.isNaN(minute)) return;
    let isOver = false;
    const from = new Date(minute * REFRESH_MILLISECONDS - SHOWN_MILLISECONDS).toISOString();
    openClient(token)
      .history(installation, CHARTED_SIGNALS, from)
      .then(
        (history) => isOver || setCourse({ history }),
        // Whether the token still holds is for the snapshot's own requests to find out.
        (error: unknown) =>
          isOver || setCourse({ missing: error instanceof Error ? error.message : String(error) }),
      );
    return () => {
      isOver = true;
    };
  }, [token, installation, minute]);
  return course;
}
