import { randomUUID } from 'node:crypto';
import * as v from 'valibot';

/**
 * A server with CSRF protection wants a token with every POST, reads included. Asking for one writes a row a client, so
 * it is asked for only when a POST was refused for the want of it, and kept while it lasts. The row is this process's
 * own: another's asking under the same name would make the token invalid. Prefect deletes rows that have expired.
 */
const CLIENT = `prefect-vitals-${randomUUID()}`;
export const CSRF_TOKEN = `/csrf-token?client=${CLIENT}`;

const Token = v.object({
  token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,200}$/)),
  expiration: v.string(),
});

/** A token about to expire is not worth sending. */
const MARGIN_MS = 60_000;

interface Kept {
  readonly token: string;
  readonly untilMs: number;
}
const kept = new Map<string, Kept>();

/** The headers of a POST to this API, none while no token is known to be needed. */
export function csrfHeaders(apiUrl: string, now: number): Readonly<Record<string, string>> {
  const known = kept.get(apiUrl);
  if (known === undefined || now >= known.untilMs) return {};
  return { 'prefect-csrf-token': known.token, 'prefect-csrf-client': CLIENT };
}

/** Keeps what /csrf-token answered. @throws ValiError when it is no token. */
export function keepCsrfToken(apiUrl: string, answer: unknown, now: number): void {
  const { token, expiration } = v.parse(Token, answer);
  const untilMs = Date.parse(expiration);
  kept.set(apiUrl, { token, untilMs: Number.isNaN(untilMs) ? now : untilMs - MARGIN_MS });
}

/** Whether an answer refuses a request for its token, as opposed to its credential. */
export const isCsrfRefusal = ({
  status,
  text,
}: {
  readonly status: number;
  readonly text: string;
}): boolean => status === 403 && /CSRF|Missing client identifier/.test(text.slice(0, 200));
