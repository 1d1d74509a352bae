import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 100;

/** Thrown when a condition did not come true in time. `cause` is why it was not true when last asked, if it said so. */
export class NotInTime extends Error {
  override readonly name = 'NotInTime';

  constructor(what: string, withinSeconds: number, cause: unknown) {
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    super(`waited ${withinSeconds} s in vain for ${what}${why}`, { cause });
  }
}

/**
 * Asks until the answer is true. A question that throws is asked again too: a server that is still starting refuses.
 *
 * @throws NotInTime after `withinSeconds`, and the signal's reason when it aborts.
 */
export async function until(
  what: string,
  isTrue: () => Promise<boolean>,
  { withinSeconds, signal }: { readonly withinSeconds: number; readonly signal: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + withinSeconds * 1000;
  let lastError: unknown;
  for (;;) {
    signal.throwIfAborted();
    try {
      if (await isTrue()) return;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > deadline) throw new NotInTime(what, withinSeconds, lastError);
    await pause(POLL_MS, undefined, { signal });
  }
}
