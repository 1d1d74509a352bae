import { Cron } from 'croner';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { muteScheduleOf } from '../../infra/mute-schedule.ts';

const NOW = new Date('2026-11-21T08:00:00Z');
const repeated = (cron: string, minutes = 60, timeZone = 'UTC') =>
  muteScheduleOf({ cron, minutes, timeZone }, NOW);
const once = (from: string, to: string) => muteScheduleOf({ from, to }, NOW);

describe('a window that repeats itself', () => {
  it('keeps its clock, its time zone and its length', () => {
    expect(repeated('0 2 * * SUN', 120, 'Europe/Berlin')).toEqual({
      expression: 'cron(0 2 * * SUN)',
      timeZone: 'Europe/Berlin',
      minutes: 120,
    });
    expect(repeated('30 23 1,15 JAN-MAR *', 0.5 + 1)).toMatchObject({
      expression: 'cron(30 23 1,15 JAN-MAR *)',
      minutes: 2,
    });
  });

  it.each([
    ['0 2 * * 0', 'SUN'],
    ['0 2 * * 7', 'SUN'],
    ['0 2 * * 1-3', 'MON,TUE,WED'],
    ['0 2 * * 5-7', 'FRI,SAT,SUN'],
    ['0 2 * * sat,SUN', 'SAT,SUN'],
  ])('says the days of %s by name: crons differ about their numbers', (cron, days) => {
    expect(repeated(cron)).toMatchObject({ expression: `cron(0 2 * * ${days})` });
  });

  it('begins whenever it did, whatever the pattern', () => {
    const span = (min: number, max: number) =>
      fc
        .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
        .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
    const field = (min: number, max: number) =>
      fc.oneof(
        fc.constant('*'),
        fc
          .array(fc.oneof(fc.integer({ min, max }).map(String), span(min, max)), {
            minLength: 1,
            maxLength: 3,
          })
          .map((parts) => parts.join(',')),
      );
    const day = fc.oneof(fc.tuple(field(1, 28), fc.constant('*')), fc.tuple(fc.constant('*'), field(0, 7)));
    fc.assert(
      fc.property(field(0, 59), field(0, 23), field(1, 12), day, (minute, hour, month, [date, weekDay]) => {
        const cron = `${minute} ${hour} ${date} ${month} ${weekDay}`;
        const muted = repeated(cron);
        if (muted === undefined || 'because' in muted) throw new Error(`${cron} was not taken`);
        const told = muted.expression.slice('cron('.length, -1);
        const starts = (pattern: string) => new Cron(pattern, { timezone: 'UTC' }).nextRuns(5, NOW);
        expect(starts(told)).toEqual(starts(cron));
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    '*/15 2 * * *',
    '0 2 L * *',
    '0 2 15W * *',
    '0 2 * * SUN#1',
    '0 0 2 * * SUN',
    '@weekly',
    '0 2 1 * SUN',
  ])('is not made up for when CloudWatch cannot say %s', (cron) => {
    expect(() => new Cron(cron, { paused: true })).not.toThrow();
    expect(repeated(cron)).toEqual({ because: expect.any(String) });
  });
});

describe('a window that comes once', () => {
  it('is muted from the minute it begins in to the minute it ends in', () => {
    expect(once('2026-12-01T22:30:20+01:00', '2026-12-02T01:00:10+01:00')).toEqual({
      expression: 'at(2026-12-01T21:30)',
      timeZone: 'UTC',
      minutes: 151,
    });
  });

  it('is muted though it has begun, and not when it is over', () => {
    expect(once('2026-11-21T07:00:00Z', '2026-11-21T08:00:01Z')).toMatchObject({ minutes: 61 });
    expect(once('2026-11-21T07:00:00Z', '2026-11-21T08:00:00Z')).toBeUndefined();
  });

  it('is no longer than the fifteen days CloudWatch mutes for', () => {
    expect(once('2026-12-01T00:00:00Z', '2026-12-16T00:00:00Z')).toMatchObject({ minutes: 15 * 24 * 60 });
    expect(once('2026-12-01T00:00:00Z', '2026-12-16T00:01:00Z')).toEqual({
      because: expect.stringMatching(/fifteen days/),
    });
  });
});
