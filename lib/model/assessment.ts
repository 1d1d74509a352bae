import * as v from 'valibot';
import { type Episode, EpisodeSchema } from './episode.ts';
import { type Finding, FindingSchema } from './finding.ts';
import { type Incident, type IncidentChange, IncidentSchema } from './incident.ts';
import { type Reading, ReadingSchema } from './reading.ts';
import { PointSchema, type Series } from './series.ts';
import type { Snapshot } from './snapshot.ts';
import type { Unit } from './unit.ts';

/** What is kept of a report once the readings that follow from it and the one before it are worked out. */
export interface Digested {
  readonly startedAt: string;
  /** What the next report is compared with: counters, and gauges whose change is of interest. */
  readonly counters: readonly Reading[];
  readonly derived: readonly Reading[];
  /** Known values of the last quarter of an hour, of the gauges whose percentiles or newest values are of interest. */
  readonly recent?: readonly Reading[];
}

/** What CloudWatch knew of the targets when it was last asked. */
export interface VendedReadings {
  readonly askedAt: string;
  readonly readings: readonly Reading[];
}

/** What an assessment leaves for the next one, beside the snapshot people see. JSON, and never served. */
export interface AssessState {
  /** Per `target tier`: the report last digested, its counters, and the readings that followed from two reports. */
  readonly digested: Readonly<Record<string, Digested>>;
  /** Per target: when it was first expected, so that one that never reported is missed too. */
  readonly expectedSince: Readonly<Record<string, string>>;
  /** Per finding key: the finding as it was last judged to hold, the memory behind hysteresis and behind `since`. */
  readonly holding: Readonly<Record<string, Finding>>;
  /** The course of every finding that holds or held within the hour. */
  readonly episodes: readonly Episode[];
  /** Incidents not over yet, or over but not told yet. */
  readonly incidents: readonly Incident[];
  /** Null until CloudWatch was asked for the first time, and where no target asks for it. */
  readonly vended: VendedReadings | null;
  /** Per `target signal labels`: the last day of what may run out. */
  readonly series: Readonly<Record<string, Series>>;
}

/** Checks a state where it is read back from a store. */
export const AssessStateSchema: v.GenericSchema<unknown, AssessState> = v.strictObject({
  digested: v.record(
    v.string(),
    v.strictObject({
      startedAt: v.string(),
      counters: v.array(ReadingSchema),
      derived: v.array(ReadingSchema),
      recent: v.optional(v.array(ReadingSchema)),
    }),
  ),
  expectedSince: v.record(v.string(), v.string()),
  holding: v.record(v.string(), FindingSchema),
  episodes: v.array(EpisodeSchema),
  incidents: v.array(IncidentSchema),
  vended: v.nullable(v.strictObject({ askedAt: v.string(), readings: v.array(ReadingSchema) })),
  series: v.record(v.string(), v.array(PointSchema)),
});

/** One point for CloudWatch: a reading of a report not digested before, or a status of this assessment. */
export interface MetricPoint {
  readonly name: string;
  readonly unit: Unit;
  readonly value: number;
  readonly at: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface Assessment {
  readonly snapshot: Snapshot;
  readonly state: AssessState;
  readonly changes: readonly IncidentChange[];
  readonly metrics: readonly MetricPoint[];
}
