import type { Reading } from '../../model/reading.ts';
import type { UnknownReason } from '../../model/unknown.ts';
import type { Look } from '../finding.ts';

export const REQUEST_DURATION = 'prefect.server.api.request.duration';

/** Prefect gives up on a statement after 10 s, and so does nearly every client that waits for the answer. */
export const SLOW_SECONDS = { warning: { enter: 10, leave: 5 } } as const;

/** Reasons that say how badly the request went, as opposed to that it could not be sent or was not let in. */
const FAILED: readonly UnknownReason[] = ['timeout', 'failed'];

/** One of the timed requests, undefined when it was not made. */
export const requestIn = (look: Look, request: string): Reading | undefined =>
  look.all(REQUEST_DURATION).find((r) => r.labels?.request === request);

/** How a request failed, null when it did not, or when nothing can be said of it. */
export function failureIn(reading: Reading | undefined): { readonly detail: string } | null {
  const unknown = reading?.unknown;
  return unknown !== undefined && FAILED.includes(unknown.reason) ? { detail: unknown.detail } : null;
}

/** What speaks for a request being slow or failing; null when it is neither. */
export function slowness(look: Look, request: string, route: string) {
  if (look.value('prefect.up') !== 1) return null;
  const reading = requestIn(look, request);
  const failure = failureIn(reading);
  if (failure !== null) {
    const text = `${route}: ${failure.detail}, while GET /health answers`;
    return { severity: 'warning', evidence: [{ text, signal: REQUEST_DURATION, value: null }] } as const;
  }
  const seconds = (reading?.value ?? 0) / 1000;
  const severity = look.level(seconds);
  if (severity === null) return null;
  const text = `${route} takes ${seconds.toFixed(1)} s`;
  return {
    severity,
    evidence: [
      {
        text,
        signal: REQUEST_DURATION,
        value: reading?.value ?? null,
        threshold: (look.threshold(severity) ?? 0) * 1000,
      },
    ],
  };
}
