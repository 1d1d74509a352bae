import type { IncomingHttpHeaders } from 'node:http';

/**
 * For how many milliseconds an answer asks to be left alone, by its Retry-After: seconds, or a date, which is read by
 * the clock that wrote it where the answer has a date of its own. Null without one that can be understood; never
 * negative.
 */
export function retryAfterMs(
  { 'retry-after': retryAfter = '', date = '' }: IncomingHttpHeaders,
  answeredAt: number,
): number | null {
  const text = retryAfter.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // A date of HTTP begins with the day of the week; Date.parse alone would take a number or a fraction for a year.
  const until = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(until)) return null;
  const theirs = Date.parse(date);
  return Math.max(0, until - (Number.isNaN(theirs) ? answeredAt : theirs));
}
