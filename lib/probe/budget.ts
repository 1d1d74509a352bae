import { ProbeFailure } from './failure.ts';

/** Thrown when we gave up waiting, as opposed to an answer that says something took too long. */
export class OutOfTime extends ProbeFailure {
  constructor(limitMs: number) {
    super('timeout', `no answer within ${Math.max(0, Math.round(limitMs))} ms`);
  }
}

/**
 * Runs something for at most `limitMs`. Its abort signal fires when the time is up; a result that comes too late all
 * the same is handed to `late`, so that what it opened is closed.
 *
 * @throws OutOfTime when the time is up, else whatever the work threw.
 */
export async function within<R>(
  limitMs: number,
  work: (abort: AbortSignal) => Promise<R>,
  late: (result: R) => void = () => {},
): Promise<R> {
  const controller = new AbortController();
  const timedOut = Symbol('timed out');
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<typeof timedOut>((resolve) => {
    timer = setTimeout(() => resolve(timedOut), Math.max(0, limitMs));
  });
  const working = (async () => work(controller.signal))();
  try {
    const first = await Promise.race([working, timeout]);
    if (first !== timedOut) return first;
  } finally {
    clearTimeout(timer);
  }
  controller.abort();
  working.then(late, () => {});
  throw new OutOfTime(limitMs);
}
