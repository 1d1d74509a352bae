import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../../lib/probe/http/retry-after.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const http = (ms: number): string => new Date(ms).toUTCString();

describe('the time an answer asks to be left alone', () => {
  it.each([
    ['seconds', { 'retry-after': '120' }, 120_000],
    ['nothing', { 'retry-after': '0' }, 0],
    ['a date, by our clock', { 'retry-after': http(NOON + 60_000) }, 60_000],
    [
      'a date, by its own clock',
      { 'retry-after': http(NOON + 3_660_000), date: http(NOON + 3_600_000) },
      60_000,
    ],
    ['a date that is over', { 'retry-after': http(NOON - 60_000) }, 0],
  ])('may be %s', (_, headers, ms) => {
    expect(retryAfterMs(headers, NOON)).toBe(ms);
  });

  it.each(['', 'soon', '-5', '1.5', '1e9', '99999999999999', 'Not a date', '2027-11-21'])(
    'is not %j',
    (text) => {
      expect(retryAfterMs({ 'retry-after': text }, NOON)).toBeNull();
    },
  );

  it('is none without the header', () => {
    expect(retryAfterMs({}, NOON)).toBeNull();
  });
});
