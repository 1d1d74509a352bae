import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { read } from '../../probe/exposition/reading.ts';
import { runScript } from './python.ts';

const SAMPLES = 300;
const samples = fc.sample(
  fc.record({
    labels: fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme-ascii' })),
    value: fc.oneof(fc.double({ noNaN: true, min: 0, max: 1e12 }), fc.constantFrom('nan', 'inf', 0, 1, 10)),
  }),
  SAMPLES,
);
type Labels = readonly string[];
const keyOf = (labels: Labels) => JSON.stringify(labels);
const numberOf = (value: number | string) =>
  value === 'nan' ? Number.NaN : value === 'inf' ? Number.POSITIVE_INFINITY : Number(value);

/** What is set last stands. */
const lastOf = new Map(samples.map(({ labels, value }) => [keyOf(labels), numberOf(value)]));

const NAMES = ['depth', 'requests_total', 'took_seconds_bucket', 'took_seconds_count'];

describe.each(['Prometheus text', 'OpenMetrics text'])("prometheus_client's %s", (format) => {
  let text = '';

  beforeAll(async () => {
    const [prometheus, openMetrics] = (await runScript('write.py', samples)) as readonly string[];
    text = (format === 'Prometheus text' ? prometheus : openMetrics) ?? '';
  });

  const readAs = (name: string) =>
    read(text, NAMES)
      .samples.filter((s) => s.name === name)
      .map(({ labels, value }) => ({
        labels: [labels.get('a') ?? '', labels.get('b') ?? ''],
        le: labels.get('le'),
        value,
      }));

  it('is read whole, and its end seen', () => {
    const { bad, types, isEnded } = read(text, NAMES);
    expect(bad).toBe(0);
    expect(types.get('took_seconds')).toBe('histogram');
    expect(isEnded).toBe(format === 'OpenMetrics text');
  });

  it('gives back every label and every value', () => {
    expect(new Map(readAs('depth').map((s) => [keyOf(s.labels), s.value]))).toEqual(lastOf);
  });

  it('gives back histograms: every bucket and every count', () => {
    // What is no number lies in no bucket, and prometheus_client counts what lies in one.
    const numbers = samples.filter((s) => s.value !== 'nan');
    const observed = new Map(
      [...lastOf.keys()].map((key) => [key, numbers.filter((s) => keyOf(s.labels) === key).length]),
    );
    const counted = (name: string, le?: string) =>
      new Map(readAs(name).flatMap((s) => (s.le === le ? [[keyOf(s.labels), s.value]] : [])));
    expect(counted('took_seconds_count')).toEqual(observed);
    expect(counted('took_seconds_bucket', '+Inf')).toEqual(observed);
    expect(readAs('took_seconds_bucket')).toHaveLength(4 * observed.size);
  });
});
