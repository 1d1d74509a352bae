import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { SERIES_MAX } from '../../lib/api/history.ts';
import { POINTS_MAX } from '../../lib/api/history-query.ts';
import { HistorySchema } from '../../lib/model/history.ts';
import { type Moment, momentOf } from '../../lib/store/history.ts';
import { OBSERVED_AT, secondsAfter, snapshotOf } from './fixtures.ts';
import { apiOf, SIGNED_IN } from './gateway.ts';

const minuteAfter = (minutes: number, values: Moment['values']): Moment => ({
  at: secondsAfter(minutes * 60).toISOString(),
  status: 'healthy',
  values,
});
const signedIn = { headers: SIGNED_IN };
const historyOf = async (query: string, moments: readonly Moment[]) => {
  const readMoments = vi.fn(async () => moments);
  const answer = await apiOf({ readMoments })(`/history?${query}`, signedIn);
  expect(answer.statusCode).toBe(200);
  return { read: readMoments.mock.calls[0], history: v.parse(HistorySchema, JSON.parse(answer.body ?? '')) };
};

describe('GET /history', () => {
  it('tells how a signal went, with a gap where it was not known', async () => {
    const name = 'redis/streams redis.ping_ms';
    const { history, read } = await historyOf('signal=redis.ping_ms', [
      minuteAfter(0, { [name]: 0.3, 'redis/streams redis.up': 1 }),
      minuteAfter(1, { 'redis/streams redis.up': 0 }),
      minuteAfter(2, { [name]: 0.4 }),
    ]);
    expect(history).toEqual({
      installation: 'production',
      from: secondsAfter(30 - 3600).toISOString(),
      to: secondsAfter(30).toISOString(),
      step_seconds: 60,
      times: [0, 60, 120].map((s) => secondsAfter(s).toISOString()),
      statuses: ['healthy', 'healthy', 'healthy'],
      series: [{ target: 'redis/streams', signal: 'redis.ping_ms', label: null, values: [0.3, null, 0.4] }],
    });
    expect(read).toEqual([
      'production',
      expect.objectContaining({ from: secondsAfter(30 - 3600), to: secondsAfter(30), stepMinutes: 1 }),
    ]);
  });

  it('finds a value under the name the table keeps it by', async () => {
    const { history } = await historyOf('signal=prefect.flow_run.count&label=RUNNING', [
      momentOf(snapshotOf()),
    ]);
    expect(history.series).toEqual([
      { target: 'prefect/server', signal: 'prefect.flow_run.count', label: 'RUNNING', values: [3] },
    ]);
  });

  it('tells several signals at once, and of the targets asked for alone', async () => {
    const moments = [
      minuteAfter(0, { 'redis/a redis.up': 1, 'redis/b redis.up': 0, 'redis/b redis.ping_ms': 2 }),
    ];
    const all = await historyOf('signal=redis.up,redis.ping_ms', moments);
    expect(all.history.series.map((s) => `${s.target} ${s.signal}`)).toEqual([
      'redis/a redis.up',
      'redis/b redis.ping_ms',
      'redis/b redis.up',
    ]);
    const one = await historyOf('signal=redis.up&target=redis/b', moments);
    expect(one.history.series.map((s) => s.values)).toEqual([[0]]);
  });

  it('is thinned so that a day has no more points than an hour may have', async () => {
    const { history, read } = await historyOf(
      `signal=redis.up&from=2026-11-20T08:00:00Z&to=${OBSERVED_AT}`,
      [],
    );
    expect(history.step_seconds).toBe(480);
    expect((24 * 3600) / history.step_seconds).toBeLessThanOrEqual(POINTS_MAX);
    expect(read).toEqual(['production', expect.objectContaining({ stepMinutes: 8 })]);
  });

  it('ends somewhere, however many labels a signal has', async () => {
    const values = Object.fromEntries(
      Array.from({ length: 5 * SERIES_MAX }, (_, i) => [`prefect/server prefect.flow_run.count s${i}`, i]),
    );
    const { history } = await historyOf('signal=prefect.flow_run.count', [minuteAfter(0, values)]);
    expect(history.series).toHaveLength(SERIES_MAX);
  });

  it.each([
    ['without a signal', '', 'from 1 to 20 signals, not 0'],
    ['with too many signals', `signal=${Array(21).fill('redis.up').join(',')}`, 'not 21'],
    ['with a signal nobody knows', 'signal=redis.up,__proto__', 'No signal is called `__proto__`'],
    ['from no time', 'signal=redis.up&from=yesterday', '`from` must be a time such as'],
    ['to an hour there is not', 'signal=redis.up&to=2026-11-21T25:00:00Z', '`2026-11-21T25:00:00Z`'],
    ['to a day there is not', 'signal=redis.up&to=2026-02-30T08:00:00Z', '`2026-02-30T08:00:00Z`'],
    ['with two beginnings', 'signal=redis.up&from=2026-11-21T06:00:00Z,2026-11-21T07:00:00Z', '`from` must'],
    ['backwards', 'signal=redis.up&from=2026-11-21T08:00:00Z&to=2026-11-21T07:00:00Z', 'before `to`'],
    ['for more than a day', 'signal=redis.up&from=2026-11-20T07:00:00Z&to=2026-11-21T08:00:00Z', '24 hours'],
    [
      'from the far future',
      'signal=redis.up&from=9999-12-31T12:00:00Z&to=9999-12-31T23:59:00-12:00',
      'ahead',
    ],
  ])('is refused %s with what is wrong, before the table is asked', async (_, query, told) => {
    const readMoments = vi.fn(async () => []);
    const answer = await apiOf({ readMoments })(`/history?${query}`, signedIn);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers?.['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body ?? '').detail).toContain(told);
    expect(readMoments).not.toHaveBeenCalled();
  });

  it('tells back of what was wrong neither control characters nor very much', async () => {
    const signal = `\u202e\r\n${'x'.repeat(5000)}`;
    const answer = await apiOf()('/history', { ...signedIn, query: { signal } });
    const { detail } = JSON.parse(answer.body ?? '');
    expect(detail).toMatch(/^No signal is called ` {3}x+…`/);
    expect(detail.length).toBeLessThan(200);
  });

  it('knows no installation that is not configured', async () => {
    const answer = await apiOf()('/history?signal=redis.up&installation=other', signedIn);
    expect(answer.statusCode).toBe(404);
  });

  it('is of the installation asked for alone', async () => {
    const readMoments = vi.fn(async () => []);
    const ask = apiOf({ readMoments, installations: ['production', 'staging'] });
    const answer = await ask('/history?signal=redis.up&installation=staging', signedIn);
    expect(JSON.parse(answer.body ?? '').installation).toBe('staging');
    expect(readMoments.mock.calls).toEqual([['staging', expect.anything()]]);
  });
});
