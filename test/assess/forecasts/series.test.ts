import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEPT_SECONDS, POINTS_MAX, remember } from '../../../lib/assess/forecasts/series.ts';
import { HOUR, MINUTE, minutely, minutes, START } from './pasts.ts';

const later = (seconds: number) => new Date(START + seconds * 1000).toISOString();
const agesOf = (series: readonly (readonly [number, number])[]) => {
  const newest = series.at(-1)?.[0] ?? 0;
  return series.map(([at]) => newest - at);
};

describe('the past of a signal', () => {
  it('keeps sixty points of a day of minutes, among them the last minutes and the first', () => {
    const ages = agesOf(minutely(minutes(24 * 60, (m) => m)));
    expect(ages).toHaveLength(POINTS_MAX);
    expect(ages.slice(-6)).toEqual([300, 240, 180, 120, 60, 0]);
    expect(ages[0]).toBe(24 * HOUR - MINUTE);
  });

  it('is denser the newer it is: no gap is larger than a quarter of its age, but for the last minutes', () => {
    const ages = agesOf(minutely(minutes(24 * 60, (m) => m)));
    for (const [i, age] of ages.entries()) {
      const gap = age - (ages[i + 1] ?? 0);
      expect(gap).toBeLessThanOrEqual(Math.max(2 * MINUTE, age / 3));
    }
  });

  it('forgets what is older than a day', () => {
    const ages = agesOf(minutely(minutes(72 * 60, (m) => m)));
    expect(Math.max(...ages)).toBeLessThan(KEPT_SECONDS);
    expect(Math.max(...ages)).toBeGreaterThan(18 * HOUR);
  });

  it('does not grow by a reading that is given again', () => {
    const once = remember([], later(0), 1);
    expect(remember(once, later(0), 1)).toBe(once);
  });

  it('goes on from a clock that was set back, without what lies ahead of it', () => {
    const ahead = minutely(minutes(30, (m) => m));
    const series = remember(ahead, later(10 * MINUTE - 30), 5);
    expect(series).toHaveLength(11);
    expect(series.at(-1)).toEqual([START / 1000 + 10 * MINUTE - 30, 5]);
  });

  it('is in order, bounded and finite whatever is read when', () => {
    const reading = fc.tuple(
      fc.integer({ min: -200_000, max: 200_000 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 200, size: 'max' }), (readings) => {
        let series = minutely([]);
        for (const [seconds, value] of readings) series = remember(series, later(seconds), value);
        expect(series.length).toBeLessThanOrEqual(POINTS_MAX);
        expect(series.flat().every(Number.isFinite)).toBe(true);
        expect(series.map(([at]) => at)).toEqual(series.map(([at]) => at).toSorted((a, b) => a - b));
        const ages = agesOf(series);
        expect(ages.every((age) => age < KEPT_SECONDS)).toBe(true);
      }),
    );
  });
});
