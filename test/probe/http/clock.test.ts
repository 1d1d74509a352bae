import { describe, expect, it } from 'vitest';
import { ask } from '../../../lib/probe/http/ask.ts';
import { clockSkewSeconds } from '../../../lib/probe/http/clock.ts';
import { JSON_TYPE, serving, whole } from './sockets.ts';

const NOON = Date.parse('2026-11-21T12:00:00.000Z');
const date = new Date(NOON).toUTCString();

describe('the clock of a server', () => {
  it('is compared with the middle of the request', () => {
    expect(clockSkewSeconds({ date }, NOON, NOON + 1000)).toBe(0);
    expect(clockSkewSeconds({ date }, NOON - 60_000, NOON - 59_000)).toBe(60);
    expect(clockSkewSeconds({ date }, NOON + 90_000, NOON + 91_000)).toBe(-90);
  });

  it.each([
    ['no date', {}],
    ['something else for a date', { date: 'soon' }],
    ['an answer out of a cache', { date, age: '30' }],
  ])('is not known from %s', (_, headers) => {
    expect(clockSkewSeconds(headers, NOON, NOON)).toBeNull();
  });

  it('is read with any answer', async () => {
    const anHourAgo = new Date(Date.now() - 3_600_000).toUTCString();
    const url = await serving(whole('200 OK', { ...JSON_TYPE, date: anHourAgo }, 'true'));
    const question = { url, method: 'GET', headers: {}, timeoutMs: 10_000 } as const;
    const { clockSkewSeconds: skew } = await ask({ ...question, abort: new AbortController().signal });
    expect(Math.round((skew ?? 0) / 60)).toBe(-60);
  });
});
