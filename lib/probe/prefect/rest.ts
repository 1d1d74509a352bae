/** However long an API asks to be left alone: a wrong header must not blind the probe for a day. */
export const REST_MS_MAX = 15 * 60_000;

/** What an API asked for with its 429: nothing before `untilMs`, and how many requests it turned away until then. */
export interface Rest {
  readonly untilMs: number;
  readonly refusals: number;
}

/**
 * What a round leaves for the next is kept by the process alone: one that starts anew asks once, and is told again.
 * The limit is the API's, so it holds for every target at the same address.
 */
const kept = new Map<string, Rest>();

/** The rest an API still wants; null when it may be asked. */
export function restOf(apiUrl: string, now: number): Rest | null {
  const rest = kept.get(apiUrl);
  return rest === undefined || now >= rest.untilMs ? null : rest;
}

/** Keeps what an answer of 429 asked for, the longest where several came at once. */
export function keepRest(apiUrl: string, retryAfterMs: number, now: number): void {
  const before = restOf(apiUrl, now);
  const untilMs = now + Math.min(retryAfterMs, REST_MS_MAX);
  if (untilMs <= now) return;
  kept.set(apiUrl, {
    untilMs: Math.max(untilMs, before?.untilMs ?? 0),
    refusals: (before?.refusals ?? 0) + 1,
  });
}
