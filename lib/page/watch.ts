import type { Snapshot } from '../model/snapshot.ts';
import { type Client, SignedOutError } from './client.ts';

export const REFRESH_MILLISECONDS = 15_000;
const RETRY_MILLISECONDS_MAX = 120_000;

/** What the page knows at a moment. After a failure the last snapshot stays, and its age goes on counting. */
export interface Watched {
  readonly installations: readonly string[];
  readonly installation: string | null;
  readonly snapshot: Snapshot | null;
  /** How far this clock is ahead of the server's: ages are told by the server's. */
  readonly clockAheadMilliseconds: number;
  readonly trouble: { readonly message: string; readonly retryAt: number } | null;
}

export interface Watch {
  /** Asks at once, instead of at the next turn. */
  refresh(): void;
  stop(): void;
}

export const NOTHING_KNOWN: Watched = {
  installations: [],
  installation: null,
  snapshot: null,
  clockAheadMilliseconds: 0,
  trouble: null,
};

/**
 * Asks for an installation's snapshot now and every fifteen seconds, after failures ever more seldom, and tells what
 * is known after each answer. `wanted` is null for the default installation. Ends by itself when signed out.
 */
export function watch(
  client: Client,
  wanted: string | null,
  tell: (watched: Watched) => void,
  signedOut: () => void,
): Watch {
  let known = NOTHING_KNOWN;
  let etag: string | null = null;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;
  let stopped = false;

  async function latest(): Promise<Watched> {
    const installations = known.installations.length > 0 ? known.installations : await client.installations();
    const installation = wanted ?? installations[0] ?? '';
    known = { ...known, installations, installation };
    const answer = await client.snapshot(installation, etag);
    etag = answer.etag;
    return {
      ...known,
      snapshot: answer.snapshot ?? known.snapshot,
      clockAheadMilliseconds: Date.now() - answer.at.getTime(),
      trouble: null,
    };
  }

  function afterFailure(error: unknown): Watched {
    failures += 1;
    const wait = Math.min(REFRESH_MILLISECONDS * 2 ** (failures - 1), RETRY_MILLISECONDS_MAX);
    const message = error instanceof Error ? error.message : String(error);
    return { ...known, trouble: { message, retryAt: Date.now() + wait } };
  }

  async function turn(): Promise<void> {
    if (asking || stopped) return;
    clearTimeout(timer);
    asking = true;
    try {
      known = await latest();
      failures = 0;
    } catch (error) {
      if (error instanceof SignedOutError) {
        if (!stopped) signedOut();
        stopped = true;
      } else {
        known = afterFailure(error);
      }
    } finally {
      asking = false;
    }
    if (stopped) return;
    tell(known);
    const wait = known.trouble === null ? REFRESH_MILLISECONDS : known.trouble.retryAt - Date.now();
    timer = setTimeout(turn, wait);
  }

  void turn();
  return {
    refresh: () => void turn(),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
