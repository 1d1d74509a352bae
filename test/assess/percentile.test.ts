import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest } from '../../lib/assess/derivation.ts';
import { percentileOf } from '../../lib/assess/percentile.ts';
import type { Digested } from '../../lib/model/assessment.ts';
import { at, Monitor, report, type Values } from './builders.ts';

const DURATION = 'prefect.server.api.request.duration';
const MINUTE = 60;

/** What is left after one report a minute, each with these durations by request. */
const reported = (minutes: readonly Values[string][], apartSeconds = MINUTE) =>
  minutes.reduce<Digested | undefined>(
    (before, values, minute) =>
      digest(report('prefect/server', { [DURATION]: values }, { at: minute * apartSeconds }), before),
    undefined,
  );
const saidOf = (digested: Digested | undefined, percent: 50 | 95, request: string) =>
  digested?.derived.find((r) => r.signal === `${DURATION}_p${percent}` && r.labels?.request === request);

describe('a percentile', () => {
  it('is of the values of each request apart, from the first on', () => {
    const minutes = [10, 30, 20, 40, 1000].map((ms) => ({ health: ms, ready: 2 * ms }));
    expect(saidOf(reported(minutes), 50, 'health')?.value).toBe(30);
    expect(saidOf(reported(minutes), 50, 'ready')?.value).toBe(60);
    expect(saidOf(reported(minutes), 95, 'health')?.value).toBe(1000);
    expect(saidOf(reported(minutes.slice(0, 1)), 95, 'health')).toMatchObject({ value: 10, at: at(0) });
  });

  it('forgets what is a quarter of an hour old, and keeps no more than that', () => {
    const minutes = [9999, ...Array.from({ length: 40 }, () => 5)].map((ms) => ({ health: ms }));
    const kept = reported(minutes);
    expect(saidOf(kept, 95, 'health')?.value).toBe(5);
    expect(kept?.recent).toHaveLength(15);
    expect(saidOf(reported(minutes.slice(0, 15)), 95, 'health')?.value).toBe(9999);
  });

  it('goes by time where probes are rare, and by their number where they are many', () => {
    const values = [9999, 5, 5].map((ms) => ({ health: ms }));
    expect(saidOf(reported(values, 8 * MINUTE), 95, 'health')?.value).toBe(5);
    expect(saidOf(reported(values, 7 * MINUTE), 95, 'health')?.value).toBe(9999);
    const many = Array.from({ length: 40 }, () => ({ health: 5 }));
    expect(reported(many, 10)?.recent).toHaveLength(15);
  });

  it('leaves out requests that were not answered, and is unknown for their reason when none was', () => {
    expect(saidOf(reported([{ health: 10 }, { health: 'timeout' }]), 50, 'health')?.value).toBe(10);
    expect(saidOf(reported([{ health: 'timeout' }]), 50, 'health')?.unknown?.reason).toBe('timeout');
  });

  it('is not collected when the gauge was not', () => {
    const digested = digest(report('prefect/server', { 'prefect.up': 1 }), undefined);
    const reasons = digested.derived
      .filter((r) => r.signal.startsWith(DURATION))
      .map((r) => r.unknown?.reason);
    expect(reasons).toEqual(['not-collected', 'not-collected']);
  });

  it('outlives the store: what is kept of it passes the check of the state', () => {
    const monitor = new Monitor();
    const { state } = monitor.look(0, report('prefect/server', { [DURATION]: { health: 5 } }));
    expect(state.digested['prefect/server minute']?.recent).toHaveLength(1);
  });

  it('is one of the values, and grows with the percentage', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(values, (all) => {
        const [median, high] = [percentileOf(all, 50), percentileOf(all, 95)];
        expect(all).toContain(median);
        expect(high).toBeGreaterThanOrEqual(median);
        expect(percentileOf(all, 100)).toBe(Math.max(...all));
      }),
    );
  });
});
