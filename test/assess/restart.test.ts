import { describe, expect, it } from 'vitest';
import { digest } from '../../lib/assess/derivation.ts';
import { report, type Values } from './builders.ts';

describe('a restart', () => {
  /** What follows from looks at the uptime, one a minute; one that could not be read says why. */
  function restarted(...uptimes: readonly Values[string][]) {
    const last = uptimes
      .map((uptime, minute) =>
        report('redis/streams', { 'redis.uptime_seconds': uptime }, { at: 60 * minute }),
      )
      .reduce<ReturnType<typeof digest> | undefined>((before, report) => digest(report, before), undefined);
    const reading = last?.derived.find((r) => r.signal === 'redis.restarted');
    return reading?.value ?? reading?.unknown?.reason;
  }

  it('is none while the server ages as time passes', () => {
    expect(restarted(0, 60, 120)).toBe(0);
    expect(restarted(5000, 5061)).toBe(0);
    expect(restarted(5000, 5056)).toBe(0);
  });

  it('makes the server younger than it was', () => {
    expect(restarted(5000, 12)).toBe(1);
  });

  it('is seen too when the server was younger still at the look before', () => {
    expect(restarted(3, 40)).toBe(1);
  });

  it('is told once', () => {
    expect(restarted(5000, 12, 72)).toBe(0);
  });

  it('is seen across looks at a server that was down', () => {
    expect(restarted(5000, 'refused', 'timeout', 30)).toBe(1);
    expect(restarted(5000, 'refused', 'timeout', 5180)).toBe(0);
    expect(restarted(100, 'refused', 'refused', 'refused', 'refused', 170)).toBe(1);
  });

  it('needs to have known the server before', () => {
    expect(restarted(12)).toBe('needs-two-probes');
    expect(restarted('refused', 12)).toBe('needs-two-probes');
  });

  it('is unknown while the server cannot be read', () => {
    expect(restarted(5000, 'refused')).toBe('refused');
  });
});
