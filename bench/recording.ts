import * as v from 'valibot';
import { readingKey } from '../lib/assess/readings.ts';
import type { Reading } from '../lib/model/reading.ts';
import { type Facts, FactsSchema, type Report, ReportSchema } from '../lib/model/report.ts';
import { UnknownReasonSchema } from '../lib/model/unknown.ts';

/** A number, why there was none, or null where a report has no such reading at all. */
const ValueSchema = v.union([v.number(), UnknownReasonSchema, v.null()]);
type Value = v.InferOutput<typeof ValueSchema>;

/** One value a report; a single one stands for all. */
const SeriesSchema = v.strictObject({
  signal: v.string(),
  labels: v.optional(v.record(v.string(), v.string())),
  values: v.array(ValueSchema),
});
type Series = v.InferOutput<typeof SeriesSchema>;

const TrackSchema = v.strictObject({
  ...v.pick(ReportSchema, ['installation', 'target', 'kind', 'tier', 'intervalSeconds']).entries,
  startedAt: v.array(v.string()),
  durationMs: v.array(v.number()),
  /** Null where they are those of the report before. */
  facts: v.array(v.nullable(FactsSchema)),
  series: v.array(SeriesSchema),
});

/** The reports of one probe after another, written in columns because most values never change. */
export const RecordingSchema = v.array(TrackSchema);
export type Recording = v.InferOutput<typeof RecordingSchema>;
export type Track = Recording[number];

const DETAIL = 'as recorded';
const DIGITS = 7;

const rounded = (value: number) =>
  Number(value.toPrecision(Math.max(DIGITS, String(Math.trunc(value)).length)));

function valueIn({ readings }: Report, key: string): Value {
  const reading = readings.find((r) => readingKey(r) === key);
  if (reading === undefined) return null;
  return reading.value === null ? (reading.unknown?.reason ?? null) : rounded(reading.value);
}

function seriesOf(reports: readonly Report[]): Series[] {
  const readings = new Map(reports.flatMap((r) => r.readings).map((r) => [readingKey(r), r]));
  return [...readings].map(([key, { signal, labels }]) => {
    const values = reports.map((report) => valueIn(report, key));
    const isConstant = values.every((value) => value === values[0]);
    return {
      signal,
      ...(labels !== undefined && { labels }),
      values: isConstant ? values.slice(0, 1) : values,
    };
  });
}

const factsIn = (reports: readonly Report[]): (Facts | null)[] =>
  reports.map(({ facts }, index) => {
    const before = reports[index - 1]?.facts;
    return before !== undefined && JSON.stringify(before) === JSON.stringify(facts) ? null : facts;
  });

/** Writes reports down in columns. Reports with errors are not written down: they are no recording of a healthy probe. */
export function recordingOf(reports: readonly Report[]): Recording {
  const probes = Object.values(Object.groupBy(reports, (r) => `${r.target} ${r.tier}`));
  return probes.flatMap((all) => {
    const own = (all ?? []).filter((r) => r.errors.length === 0);
    const [first] = own;
    if (first === undefined) return [];
    const { installation, target, kind, tier, intervalSeconds } = first;
    return {
      ...{ installation, target, kind, tier, intervalSeconds },
      startedAt: own.map((r) => r.startedAt),
      durationMs: own.map((r) => Math.round(r.durationMs)),
      facts: factsIn(own) as Track['facts'],
      series: seriesOf(own),
    };
  });
}

/** The reports of one track as they were, but for the details of what was unknown. */
export function reportsIn({ startedAt, durationMs, facts, series, ...probe }: Track): readonly Report[] {
  return startedAt.map((at, index) => ({
    ...probe,
    startedAt: at,
    durationMs: durationMs[index] ?? 0,
    facts: facts.findLast((f, i) => i <= index && f !== null) ?? {},
    errors: [],
    readings: series.flatMap(({ signal, labels, values }): Reading[] => {
      const value = values.length === 1 ? values[0] : values[index];
      if (value === null || value === undefined) return [];
      const known = typeof value === 'number';
      return [
        {
          signal,
          target: probe.target,
          at,
          ...(labels !== undefined && { labels }),
          ...(known ? { value } : { value: null, unknown: { reason: value, detail: DETAIL } }),
        },
      ];
    }),
  }));
}
