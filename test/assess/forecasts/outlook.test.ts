import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outlookOf } from '../../../lib/assess/forecasts/outlook.ts';
import { flat, HOUR, MINUTE, minutely, minutes } from './pasts.ts';

const above = (values: readonly (number | null)[], limit = 100) =>
  outlookOf(minutely(values), limit, 'above');
const below = (values: readonly (number | null)[], limit = 0) => outlookOf(minutely(values), limit, 'below');
/** What is foreseen at any minute of a course. */
const everForeseen = (values: readonly (number | null)[], limit = 100) =>
  values.map((_, minute) => above(values.slice(0, minute + 1), limit)).filter((o) => o !== null);

const length = fc.integer({ min: 6, max: 24 * 60 });
/** From -1 to 1, the same for the same minute and seed. */
const noiseAt = (seed: number) => (minute: number) => {
  const x = Math.sin(seed + minute * 12.9898) * 43758.5453;
  return 2 * (x - Math.floor(x)) - 1;
};
const seed = fc.integer({ min: 0, max: 1000 });

describe('a straight line', () => {
  it('reaches its limit when it does, up or down', () => {
    const rising = above(minutes(120, (m) => 10 + m / 4));
    expect(rising?.secondsLeft).toBeCloseTo((90 - 119 / 4) * 4 * MINUTE, -1);
    const falling = below(minutes(120, (m) => 60 - m / 4));
    expect(falling?.secondsLeft).toBeCloseTo((60 - 119 / 4) * 4 * MINUTE, -1);
    expect(falling?.perSecond).toBeCloseTo(-15 / HOUR, 9);
  });

  it('is foreseen to the percent, however long it was seen and however steep it is', () => {
    fc.assert(
      fc.property(length, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (count, way) => {
        const values = minutes(count, (m) => 5 + (95 * way * m) / (count - 1));
        const outlook = above(values);
        const expected = (((1 - way) * (count - 1)) / way) * MINUTE;
        expect(outlook?.secondsLeft).toBeGreaterThan(0.99 * expected);
        expect(outlook?.secondsLeft).toBeLessThan(1.01 * expected);
        expect(outlook?.fit).toBe(1);
      }),
    );
  });

  const noisy = (seed: number, count: number, amplitude: number) => {
    const noise = noiseAt(seed);
    const outlook = above(minutes(count, (m) => 10 + (40 * m) / (count - 1) + amplitude * noise(m)));
    return outlook && outlook.secondsLeft / ((50 / 40) * (count - 1) * MINUTE);
  };

  it.each([
    ['a quarter when a fortieth of its rise is noise', 1, 0.25],
    ['two fifths when a twentieth is', 2, 0.4],
  ])('is foreseen, if it is, within %s', (_, amplitude, off) => {
    // Always the same 300 courses: of all there are, a few lie farther off.
    const ratios = minutes(300, (n) => noisy(n, 30 + Math.floor(4.7 * n), amplitude) ?? 1);
    for (const ratio of ratios) expect(Math.abs(ratio - 1)).toBeLessThan(off);
    expect(ratios.filter((ratio) => ratio !== 1).length).toBeGreaterThan(150);
  });

  it('is foreseen in nineteen of twenty cases when a fortieth of its rise is noise', () => {
    const told = minutes(100, (n) => n).filter((n) => noisy(n, 30 + 14 * n, 1) !== null);
    expect(told.length).toBeGreaterThanOrEqual(95);
  });

  it('is seen through one outlier', () => {
    const line = minutes(240, (m) => 10 + m / 8);
    const clean = above(line)?.secondsLeft ?? Number.NaN;
    for (const outlier of [0, 95]) {
      const left = above(line.with(230, outlier))?.secondsLeft ?? Number.NaN;
      expect(Math.abs(left / clean - 1)).toBeLessThan(0.02);
    }
  });

  it('is not foreseen from five points', () => {
    expect(above(minutes(5, (m) => 10 + m))).toBeNull();
    expect(above(minutes(6, (m) => 10 + m))).not.toBeNull();
  });

  it('is not believed for longer than 24 times as long as it was seen', () => {
    const hour = (perMinute: number) => above(minutes(61, (m) => m * perMinute));
    expect(hour(100 / 60 / 24.9)).not.toBeNull();
    expect(hour(100 / 60 / 25.5)).toBeNull();
  });

  it('goes on through a gap of hours', () => {
    const gone = minutes(600, (m) => (m > 100 && m < 500 ? Number.NaN : 10 + m / 10));
    const outlook = above(gone.map((v) => (Number.isNaN(v) ? null : v)));
    expect(outlook?.secondsLeft).toBeCloseTo((90 - 59.9) * 10 * MINUTE, -1);
  });
});

describe('a growth that began ten minutes ago', () => {
  const day = minutes(23 * 60, (m) => 20 + 0.5 * noiseAt(3)(m));

  it('is foreseen after a flat day', () => {
    const outlook = above([...day, ...minutes(11, (m) => 20 + 2 * m)]);
    expect(outlook?.secondsLeft).toBeCloseTo((60 / 2) * MINUTE, -1);
    expect(outlook?.windowSeconds).toBeLessThanOrEqual(10 * MINUTE);
  });

  it('is foreseen from then on', () => {
    for (let minute = 10; minute < 240; minute += 7) {
      const outlook = above([...day, ...minutes(minute + 1, (m) => 20 + m / 4)]);
      const expected = (80 - minute / 4) * 4 * MINUTE;
      expect.soft(outlook?.secondsLeft, `minute ${minute}`).toBeGreaterThan(0.7 * expected);
      expect.soft(outlook?.secondsLeft, `minute ${minute}`).toBeLessThan(1.5 * expected);
    }
  });
});

describe('nothing is foreseen', () => {
  it.each([
    ['of no past', []],
    ['of what stays', flat(600, 40)],
    ['of what moves away', minutes(600, (m) => 90 - m / 10)],
    ['of what is there already', minutes(60, (m) => 60 + m)],
    ['of a single step', [...flat(300, 20), ...flat(300, 70)]],
    ['of a step a minute ago', [...flat(300, 20), 70]],
    ['of a step between two slow rises', [0, 1, 2, 50, 51, 52]],
    ['of what fell back to nothing', [...minutes(300, (m) => 10 + m / 10), 0, 0, 0]],
    [
      'across a gap of hours with nothing but two levels',
      [...flat(30, 10), ...flat(300, 0).map(() => null), ...flat(30, 50)],
    ],
  ])('%s', (_, values) => {
    expect(above(values)).toBeNull();
  });

  it('of a sawtooth once its teeth are known', () => {
    const sawtooth = minutes(900, (m) => 20 + (m % 90) / 2 + 0.2 * noiseAt(1)(m));
    for (let minute = 200; minute < 900; minute += 17) {
      expect.soft(above(sawtooth.slice(0, minute)), `minute ${minute}`).toBeNull();
    }
  });

  it('of the waves of a day', () => {
    const waves = minutes(24 * 60, (m) => 50 + 30 * Math.sin(m / 40) + noiseAt(2)(m));
    for (let minute = 500; minute < 24 * 60; minute += 37) {
      expect.soft(above(waves.slice(0, minute)), `minute ${minute}`).toBeNull();
    }
  });

  it('of noise, once an hour of it was seen', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 60, max: 24 * 60 }), (seed, count) => {
        expect(above(minutes(count, (m) => 30 + 20 * noiseAt(seed)(m)))).toBeNull();
      }),
    );
  });

  it('of the largest numbers there are', () => {
    const huge = minutes(6, (m) => (m - 2.5) * 2e307);
    expect(above(huge, 6e307)).toBeNull();
    expect(
      above(
        huge.map((v) => v / 1e300),
        6e7,
      ),
    ).not.toBeNull();
  });

  it('of work that comes in bursts and is done', () => {
    const bursts = minutes(300, (m) => (m % 15 < 3 ? 400 * (1 + (m % 15)) : 0));
    expect(everForeseen(bursts, 2000)).toEqual([]);
  });
});

describe('whatever a signal does', () => {
  const anything = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: 0, max: 100, noNaN: true }),
    fc.constantFrom(0, 1, 1e308, -1e308, Number.MAX_VALUE, Number.MIN_VALUE, null),
  );

  it('an outlook has finite numbers, a fit that is good, and lies ahead', () => {
    const course = fc.oneof(
      fc.array(anything, { maxLength: 90, size: 'max' }),
      fc
        .array(anything, { minLength: 6, maxLength: 20 })
        .map((a) => a.toSorted((x, y) => (x ?? 0) - (y ?? 0))),
    );
    fc.assert(
      fc.property(
        course,
        fc.constantFrom('above', 'below'),
        fc.constantFrom(0, 100, 1e300),
        (values, towards, limit) => {
          const outlook = outlookOf(minutely(values), limit, towards);
          if (outlook === null) return;
          expect([...Object.values(outlook), outlook.perSecond * HOUR].every(Number.isFinite)).toBe(true);
          expect(outlook.secondsLeft).toBeGreaterThanOrEqual(0);
          expect(outlook.perSecond * (towards === 'above' ? 1 : -1)).toBeGreaterThan(0);
          expect(outlook.fit).toBeGreaterThanOrEqual(0.8);
          expect(outlook.points).toBeGreaterThanOrEqual(6);
        },
      ),
      { numRuns: 300 },
    );
  });
});
