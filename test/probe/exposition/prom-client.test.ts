import fc from 'fast-check';
import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  openMetricsContentType,
  prometheusContentType,
  Registry,
  type RegistryContentType,
  Summary,
} from 'prom-client';
import { describe, expect, it } from 'vitest';
import { read } from './reading.ts';

const FORMATS = [
  ['Prometheus text', prometheusContentType],
  ['OpenMetrics text', openMetricsContentType],
] as const satisfies readonly (readonly [string, RegistryContentType])[];

const LABELS = ['a', 'b'] as const;
/** Every character that a text of metrics escapes, or might take for its own, beside all others. */
const labelValue = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'n', '{', '}', ',', '=', '#', ' ', '\r', '\t', '💥') }),
);
const observations = fc.array(
  fc.record({
    labels: fc.record({ a: labelValue, b: labelValue }),
    value: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 1e15 }),
  }),
  { minLength: 1, maxLength: 20 },
);
const special = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1.5e-9);

type Observations = typeof observations extends fc.Arbitrary<infer T> ? T : never;

function registryOf(contentType: RegistryContentType): Registry<RegistryContentType> {
  const registry = new Registry<RegistryContentType>();
  registry.setContentType(contentType);
  return registry;
}

/** One of each kind prom-client has, with all that was observed. */
function filled(
  contentType: RegistryContentType,
  all: Observations,
  setTo: number,
): Registry<RegistryContentType> {
  const registry = registryOf(contentType);
  const common = { help: 'Of a \\ test\nof two "lines"', labelNames: LABELS, registers: [registry] };
  const isOpenMetrics = contentType === openMetricsContentType;
  const enableExemplars = isOpenMetrics;
  const counter = new Counter({ ...common, name: 'requests_total', enableExemplars });
  const gauge = new Gauge({ ...common, name: 'depth' });
  const bare = new Gauge({ ...common, labelNames: [], name: 'set_to' });
  const histogram = new Histogram({
    ...common,
    name: 'took_seconds',
    buckets: [0.1, 2.5, 1e9],
    enableExemplars,
  });
  const summary = new Summary({ ...common, name: 'waited_seconds', percentiles: [0.5, 0.99] });
  bare.set(setTo);
  for (const { labels, value } of all) {
    if (isOpenMetrics) {
      counter.inc({ labels, value, exemplarLabels: labels });
      histogram.observe({ labels, value, exemplarLabels: labels });
    } else {
      counter.inc(labels, value);
      histogram.observe(labels, value);
    }
    gauge.set(labels, value);
    summary.observe(labels, value);
  }
  return registry;
}

const keyOf = (name: string, labels: Iterable<readonly [string, string]>): string =>
  JSON.stringify([name, ...[...labels].toSorted(([x], [y]) => (x < y ? -1 : 1))]);

/** What prom-client itself says it holds, by name and labels. */
async function heldBy(registry: Registry<RegistryContentType>): Promise<ReadonlyMap<string, number>> {
  const metrics = await registry.getMetricsAsJSON();
  const isOpenMetrics = registry.contentType === openMetricsContentType;
  return new Map(
    metrics.flatMap(({ name, type, values }) =>
      values.map((sample) => {
        const own = sample as typeof sample & { readonly metricName?: string };
        const suffix = isOpenMetrics && String(type) === 'counter' ? '_total' : '';
        const labels = Object.entries(sample.labels).map(([k, value]) => [k, String(value)] as const);
        return [keyOf(own.metricName ?? `${name}${suffix}`, labels), sample.value] as const;
      }),
    ),
  );
}

const NAMES = [
  'requests_total',
  'depth',
  'set_to',
  ...['took_seconds', 'waited_seconds'].flatMap((name) => [
    name,
    `${name}_bucket`,
    `${name}_sum`,
    `${name}_count`,
  ]),
];

describe.each(FORMATS)("prom-client's %s", (_, contentType) => {
  it('gives back every label and every value, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(observations, special, async (all, setTo) => {
        const registry = filled(contentType, all, setTo);
        const text = await registry.metrics();
        const { bad, samples, types, isEnded } = read(text, NAMES);
        const got = samples.map((s) => [keyOf(s.name, s.labels), s.value] as const);
        const held = await heldBy(registry);
        expect(bad).toBe(0);
        expect(got).toHaveLength(held.size);
        expect(new Map(got)).toEqual(held);
        expect(held.size).toBeGreaterThan(10);
        expect(types.get('took_seconds')).toBe('histogram');
        expect(types.get('waited_seconds')).toBe('summary');
        expect(isEnded).toBe(contentType === openMetricsContentType);
      }),
      { numRuns: 200 },
    );
  });

  it('of a whole process of Node is read to the last line', async () => {
    const registry = registryOf(contentType);
    collectDefaultMetrics({ register: registry, labels: { replica: 'a "quoted" \\ one\n' } });
    const text = await registry.metrics();
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const names = [...new Set(lines.map((line) => line.replace(/[{ ].*$/, '')))];
    expect(names).toContain('process_start_time_seconds');
    const { bad, taken, samples } = read(text, names);
    expect([bad, taken]).toEqual([0, lines.length]);
    expect(new Set(samples.map((s) => s.labels.get('replica')))).toEqual(new Set(['a "quoted" \\ one\n']));
    const started = samples.find((s) => s.name === 'process_start_time_seconds')?.value;
    const [held] = (await registry.getSingleMetric('process_start_time_seconds')?.get())?.values ?? [];
    expect(started).toBe(held?.value);
  });
});
