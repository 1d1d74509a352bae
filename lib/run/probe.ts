import * as v from 'valibot';
import type { Target } from '../config/targets.ts';
import { type Report, TierSchema } from '../model/report.ts';
import { type Probe, probe, type Visit } from '../probe/frame.ts';
import { putReport } from '../store/reports.ts';
import type { Table } from '../store/table.ts';

/** What a schedule hands a probe: everything it needs to know, so that a probe keeps no configuration. */
const eventSchemaOf = <T extends v.GenericSchema<unknown, Target>>(target: T) =>
  v.strictObject({
    installation: v.string(),
    tier: TierSchema,
    intervalSeconds: v.pipe(v.number(), v.integer(), v.minValue(1)),
    // An emulator may hand over the placeholder itself: then the time of the run has to do.
    scheduledAt: v.fallback(v.optional(v.pipe(v.string(), v.isoTimestamp())), undefined),
    targets: v.array(target),
  });

/** What a run leaves in the log: no reading, no name of a host. */
export interface ProbeSummary {
  readonly installation: string;
  readonly tier: string;
  readonly reports: readonly {
    readonly target: string;
    readonly durationMs: number;
    readonly errors: readonly string[];
    readonly written: boolean;
  }[];
}

/** Looks at one target; it never throws. */
type LookAt<T extends Target> = (target: T, visit: Visit) => Promise<Report>;

/** The targets of one kind. @throws as `runLooks` does */
export const runProbe = <T extends Target, C>(
  kind: Probe<T, C>,
  schema: v.GenericSchema<unknown, T>,
  rawEvent: unknown,
  table: Table,
): Promise<ProbeSummary> => runLooks((target, visit) => probe(kind, target, visit), schema, rawEvent, table);

/**
 * Probes every target of the event at the same time and writes each report as soon as it stands.
 *
 * @throws AggregateError when a report could not be written; the other targets' reports are written all the same.
 */
export async function runLooks<T extends Target>(
  lookAt: LookAt<T>,
  schema: v.GenericSchema<unknown, T>,
  rawEvent: unknown,
  table: Table,
): Promise<ProbeSummary> {
  const { installation, tier, intervalSeconds, scheduledAt, targets } = v.parse(
    eventSchemaOf(schema),
    rawEvent,
  );
  const now = () => new Date();
  const visits = await Promise.allSettled(
    targets.map(async (target) => {
      const report = await lookAt(target, {
        installation,
        tier,
        intervalSeconds,
        now,
        ...(scheduledAt !== undefined && { scheduledAt: new Date(scheduledAt) }),
      });
      const written = await putReport(table, report, now());
      const errors = report.errors.map((e) => `${e.collector}: ${e.reason}`);
      return { target: report.target, durationMs: report.durationMs, errors, written };
    }),
  );
  const failures = visits.flatMap((visit) => (visit.status === 'rejected' ? [visit.reason] : []));
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} reports could not be written`);
  const reports = visits.flatMap((visit) => (visit.status === 'fulfilled' ? [visit.value] : []));
  return { installation, tier, reports };
}
