import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest } from '../../lib/assess/derivation.ts';
import { quantileOf } from '../../lib/assess/quantile.ts';
import { SIGNALS } from '../../lib/catalogue/signals/index.ts';
import type { Reading } from '../../lib/model/reading.ts';
import type { Report } from '../../lib/model/report.ts';
import { at, report } from './builders.ts';

const INFINITE = Number.POSITIVE_INFINITY;
const buckets = (...all: readonly (readonly [bound: number, by: number])[]) =>
  all.map(([bound, by]) => ({ bound, by }));

describe('a percentile read from buckets', () => {
  it('lies in its bucket where the observations in it, spread evenly, put it', () => {
    const grown = buckets([0.1, 50], [0.5, 90], [1, 100], [INFINITE, 100]);
    expect(quantileOf(grown, 0.25)).toBeCloseTo(0.05);
    expect(quantileOf(grown, 0.5)).toBeCloseTo(0.1);
    expect(quantileOf(grown, 0.7)).toBeCloseTo(0.3);
    expect(quantileOf(grown, 0.95)).toBeCloseTo(0.75);
  });

  it('is the last finite bound where it lies beyond it', () => {
    expect(quantileOf(buckets([0.1, 50], [1, 60], [INFINITE, 100]), 0.95)).toBe(1);
  });

  it('needs observations and a finite bound', () => {
    expect(quantileOf(buckets([0.1, 0], [INFINITE, 0]), 0.5)).toBeNull();
    expect(quantileOf(buckets([INFINITE, 10]), 0.5)).toBeNull();
    expect(quantileOf([], 0.5)).toBeNull();
  });

  it('takes buckets in any order, and one that was read a moment too late', () => {
    expect(quantileOf(buckets([INFINITE, 100], [0.1, 101], [1, 100]), 0.5)).toBeLessThanOrEqual(0.1);
  });

  it('lies in the bucket in which the exact one lies', () => {
    const bounds = [0.1, 0.5, 1, 5];
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 4.9, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.constantFrom(0.5, 0.95, 0.99),
        (observed, quantile) => {
          const sorted = observed.toSorted((a, b) => a - b);
          const exact = sorted[Math.ceil(quantile * sorted.length) - 1] ?? Number.NaN;
          const upTo = (bound: number) => observed.filter((o) => o <= bound).length;
          const found = quantileOf(
            [...bounds, INFINITE].map((bound) => ({ bound, by: upTo(bound) })),
            quantile,
          );
          const upper = bounds.find((b) => exact <= b) ?? INFINITE;
          const lower = bounds.findLast((b) => b < exact) ?? 0;
          expect(found).toBeGreaterThanOrEqual(lower);
          expect(found).toBeLessThanOrEqual(upper);
        },
      ),
    );
  });
});

type Within = Readonly<Record<string, number>>;

/** A report of one histogram, of a process if there are several. */
function auth(within: Within, seconds: number, process = '1'): Report {
  const readings = Object.entries(within).map(
    ([bound, value]): Reading => ({
      signal: 'service.requests.within',
      target: 'service/auth',
      value,
      labels: { family: 'took_seconds', process, seconds: bound },
      at: at(seconds),
    }),
  );
  return { ...report('service/auth', {}, { at: seconds }), readings };
}

const p95 = (first: Report, second: Report) =>
  digest(second, digest(first, undefined)).derived.filter(
    (r) => r.signal === 'service.request.duration.p95_ms',
  );

describe('the duration of requests', () => {
  it('is that of the requests between two probes, in milliseconds, with what it was read from', () => {
    const [reading, another] = p95(
      auth({ '0.1': 1000, '1': 1000, '+Inf': 1000 }, 0),
      auth({ '0.1': 1090, '1': 1100, '+Inf': 1100 }, 60),
    );
    expect(reading).toMatchObject({
      value: 550,
      labels: { family: 'took_seconds', process: '1' },
      at: at(60),
    });
    expect(another).toBeUndefined();
  });

  it.each([
    ['at the first probe', {}, { '1': 30, '+Inf': 30 }, 'needs-two-probes'],
    ['after a restart', { '1': 30, '+Inf': 30 }, { '1': 1, '+Inf': 2 }, 'counter-reset'],
    ['with hardly a request', { '1': 30, '+Inf': 30 }, { '1': 31, '+Inf': 31 }, 'no-traffic'],
    ['without a bucket for all', { '1': 30, '5': 30 }, { '1': 90, '5': 90 }, 'missing'],
    ['with a bound that is none', { wide: 30, '+Inf': 30 }, { wide: 90, '+Inf': 90 }, 'missing'],
  ] as const)('is unknown %s', (_, first, second, reason) => {
    expect(p95(auth(first, 0), auth(second, 60)).map((r) => r.unknown?.reason)).toEqual([reason]);
  });

  it('is unknown where another process answered, whatever it counted', () => {
    const readings = p95(auth({ '1': 30, '+Inf': 30 }, 0), auth({ '1': 900, '+Inf': 900 }, 60, '2'));
    expect(readings.map((r) => r.unknown?.reason)).toEqual(['needs-two-probes']);
  });

  it('is not collected where no bucket was, and passes on why one could not be read', () => {
    const first = auth({ '1': 30, '+Inf': 30 }, 0);
    const none = report('service/auth', { 'service.up': 1 }, { at: 60 });
    expect(p95(first, none).map((r) => r.unknown?.reason)).toEqual(['not-collected']);
    const missing = report('service/auth', { 'service.requests.within': 'missing' }, { at: 60 });
    expect(p95(first, missing).map((r) => r.unknown?.reason)).toEqual(['missing']);
  });

  it('keeps for the next probe no more than its buckets', () => {
    const { counters } = digest(auth({ '1': 30, '+Inf': 30 }, 0), undefined);
    expect(counters.map((r) => r.labels?.seconds)).toEqual(['1', '+Inf']);
    expect(SIGNALS.filter((s) => s.kind === 'service' && s.derivation?.how === 'quantile')).toHaveLength(3);
  });
});
