import type { Unit } from '../catalogue/signal.ts';
import type { InstallationConfig } from '../config/schema.ts';
import type { Incident, IncidentChange } from '../model/incident.ts';
import type { Reading } from '../model/reading.ts';
import type { Report } from '../model/report.ts';
import type { Severity } from '../model/severity.ts';
import type { Snapshot } from '../model/snapshot.ts';

/** What an assessment leaves for the next one, beside the snapshot people see. JSON, and never served. */
export interface AssessState {
  /** Per `target tier`: the report last digested, its counters, and the readings that followed from two reports. */
  readonly digested: Readonly<
    Record<
      string,
      {
        readonly startedAt: string;
        readonly counters: readonly Reading[];
        readonly derived: readonly Reading[];
      }
    >
  >;
  /** Per target: when it was first expected, so that one that never reported is missed too. */
  readonly expectedSince: Readonly<Record<string, string>>;
  /** Per finding key: since when it holds and how badly, the memory behind hysteresis. */
  readonly holding: Readonly<Record<string, { readonly since: string; readonly severity: Severity }>>;
  /** Incidents not over yet, or over but not told yet. */
  readonly incidents: readonly Incident[];
}

export interface AssessInput {
  readonly installation: InstallationConfig;
  /** The newest report of every target and tier. */
  readonly reports: readonly Report[];
  readonly previous: AssessState | null;
  readonly now: Date;
  /** Of Prefect Vitals itself. */
  readonly version: string;
}

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
