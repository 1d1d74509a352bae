import type { IncomingHttpHeaders } from 'node:http';

/** A Date header counts whole seconds: on average half of one has gone by since. */
const HALF_A_SECOND_MS = 500;

/**
 * By how many seconds the clock of what answered is ahead of ours, negative when it is behind; to a second or so.
 * `askedAt` and `answeredAt` are our clock's milliseconds before and after. Null when the answer has no usable date, or
 * came out of a cache: that tells when it went in.
 */
export function clockSkewSeconds(
  { date, age }: IncomingHttpHeaders,
  askedAt: number,
  answeredAt: number,
): number | null {
  if (date === undefined || age !== undefined) return null;
  const theirs = Date.parse(date);
  if (Number.isNaN(theirs)) return null;
  const ours = (askedAt + answeredAt) / 2;
  return (theirs + HALF_A_SECOND_MS - ours) / 1000;
}
