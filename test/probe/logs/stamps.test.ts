import { describe, expect, it } from 'vitest';
import { Stamps, windowBefore } from '../../../lib/probe/logs/stamps.ts';
import { countsIn, scanned } from './reading.ts';

const time = (text: string) => Date.parse(`2026-11-21T${text}Z`);
const windowAt = (text: string) => {
  const { from, to } = windowBefore(new Date(time(text)), 60);
  return [new Date(from).toISOString().slice(11, 19), new Date(to).toISOString().slice(11, 19)];
};

describe('the window of a round', () => {
  it('is the last whole minute that had time to be written down', () => {
    expect(windowAt('08:01:30')).toEqual(['08:00:00', '08:01:00']);
    expect(windowAt('08:01:03')).toEqual(['08:00:00', '08:01:00']);
    expect(windowAt('08:01:02.999')).toEqual(['07:59:00', '08:00:00']);
  });

  it('begins where that of the round before ends, whatever the second the schedule fires at', () => {
    for (const second of [0, 2.9, 3, 30, 59.9]) {
      const rounds = [0, 1, 2, 3].map((n) =>
        windowBefore(new Date(time('08:00:00') + (60 * n + second) * 1000), 60),
      );
      for (const [n, { to }] of rounds.slice(0, -1).entries()) expect(rounds[n + 1]?.from).toBe(to);
    }
  });
});

describe('what Kubernetes puts before a line', () => {
  it('is its time, in whatever zone and to whatever fraction', () => {
    const stamps = new Stamps();
    expect(stamps.split('2026-11-21T08:00:01.123456789Z hello')).toEqual({
      at: time('08:00:01.123'),
      text: 'hello',
    });
    expect(stamps.split('2026-11-21T08:00:01.5Z ')).toEqual({ at: time('08:00:01.5'), text: '' });
    expect(stamps.split('2026-11-21T08:00:01Z')).toEqual({ at: time('08:00:01'), text: '' });
    expect(stamps.split('2026-11-21T10:00:01.25+02:00 two words')).toEqual({
      at: time('08:00:01.25'),
      text: 'two words',
    });
  });

  it('may be missing, or no time at all', () => {
    for (const text of ['hello', '2026-99-99T99:99:99Z x', '2026-11-21T08:00:01.9.9Z x', '2026-11-21']) {
      const stamps = new Stamps();
      stamps.split('2026-11-21T08:00:01Z x');
      expect(stamps.split(text)).toEqual({ at: null, text });
    }
  });
});

describe('a log read by several rounds', () => {
  const line = (s: number, text: string) =>
    `${new Date(time('08:00:00') + s * 1000).toISOString()} ${text}\n`;
  const log =
    [-61, -1, 0, 30, 59.999, 60, 61, 119.999, 120].map((s) => line(s, 'Agent stopped!')).join('') +
    line(179, '08:02:59.000 | ERROR   | prefect.server - Encountered exception in request:') +
    line(179.9, 'Traceback (most recent call last):') +
    line(180.1, '  File "x"') +
    line(180.2, 'httpx.ReadTimeout');
  const rounds = [1, 2, 3, 4].map((n) =>
    countsIn(scanned(log, windowBefore(new Date(time('08:00:05') + n * 60_000), 60))),
  );

  it('has every line counted in exactly one of them', () => {
    expect(rounds.map((r) => r['agent-stopped'] ?? 0)).toEqual([3, 3, 1, 0]);
  });

  it('has an event that began before the end of a window counted in it, whole', () => {
    expect(rounds.map((r) => r['httpx-read-timeout'] ?? 0)).toEqual([0, 0, 1, 0]);
  });
});
