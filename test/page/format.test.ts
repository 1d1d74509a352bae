import { describe, expect, it } from 'vitest';
import { bytes, duration, localTime, milliseconds, secondsSince } from '../../lib/page/format.ts';

describe('numbers for people', () => {
  it.each([
    [-3, '0 s'],
    [0.4, '0 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [3599, '59 min'],
    [3600, '1 h'],
    [7500, '2 h 5 min'],
    [86_400, '1 d'],
    [349_200, '4 d 1 h'],
  ])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));

  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [1_610_612_736, '1.5 GiB'],
    [2 ** 60, '1,048,576 TiB'],
  ])('%d bytes are %s', (value, text) => expect(bytes(value)).toBe(text));

  it.each([
    [0.34, '0.3 ms'],
    [999, '999 ms'],
    [1500, '1.5 s'],
  ])('%d milliseconds are %s', (value, text) => expect(milliseconds(value)).toBe(text));

  it('takes no text for a time that is none', () => {
    expect(secondsSince('yesterday', new Date())).toBeNull();
    expect(localTime('yesterday')).toBe('yesterday');
    expect(secondsSince('2026-11-21T08:00:00Z', new Date('2026-11-21T08:01:30Z'))).toBe(90);
  });
});
