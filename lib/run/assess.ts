import type { DynamoDBStreamEvent } from 'aws-lambda';
import pRetry from 'p-retry';
import { assess } from '../assess/assess.ts';
import type { Config, InstallationConfig } from '../config/schema.ts';
import type { AssessState, MetricPoint, VendedReadings } from '../model/assessment.ts';
import { ConflictError, commit } from '../store/commit.ts';
import { installationOf } from '../store/keys.ts';
import { readReports } from '../store/reports.ts';
import { readState } from '../store/state.ts';
import type { Table } from '../store/table.ts';

export interface AssessDeps {
  readonly table: Table;
  readonly config: Config;
  /** Of Prefect Vitals itself. */
  readonly version: string;
  /** What AWS vends of an installation's targets, or what it did `before` while that is new enough. */
  vended(
    installation: InstallationConfig,
    before: AssessState | null,
    now: Date,
  ): Promise<VendedReadings | null>;
  publish(points: readonly MetricPoint[]): Promise<void>;
  now(): Date;
}

/**
 * Reports arrived for some installations, or the schedule asks about all of them, those left out that were assessed so
 * lately: it is there for silence, and every assessment writes the table.
 */
export type AssessEvent = DynamoDBStreamEvent | ScheduledAssessment;
export interface ScheduledAssessment {
  readonly installations: 'all';
  readonly unlessWithinSeconds?: number;
}

const isStream = (event: AssessEvent): event is DynamoDBStreamEvent => 'Records' in event;

/** The configured installations an event is about; reports of one that is no longer configured are left alone. */
export function installationsIn(event: AssessEvent, config: Config): readonly InstallationConfig[] {
  if (!isStream(event)) return config.installations;
  const named = new Set(event.Records.map((r) => installationOf(r.dynamodb?.Keys?.pk?.S ?? '')));
  return config.installations.filter((i) => named.has(i.name));
}

/** Whether the last assessment is so new that another would say the same: nothing arrived, and nobody fell silent. */
export const isFresh = (assessedAt: Date | null, now: Date, withinSeconds: number): boolean =>
  assessedAt !== null && now.getTime() - assessedAt.getTime() < withinSeconds * 1000;

/** Two writers at once are rare (the stream and the schedule); the later one reads again and assesses again. */
const CONFLICT_RETRIES = { retries: 5, minTimeout: 50, maxTimeout: 500, randomize: true } as const;

/** CloudWatch is one source among several: when it does not answer, the rest is assessed with what it last said. */
async function vendedOrBefore(
  installation: InstallationConfig,
  before: AssessState | null,
  now: Date,
  deps: AssessDeps,
): Promise<VendedReadings | null> {
  try {
    return await deps.vended(installation, before, now);
  } catch (error) {
    const why = error instanceof Error ? error.name : 'unknown';
    console.warn({ message: 'CloudWatch could not be read', installation: installation.name, why });
    return before?.vended ?? null;
  }
}

async function assessOne(installation: InstallationConfig, deps: AssessDeps): Promise<void> {
  const { table, version } = deps;
  const assessment = await pRetry(
    async () => {
      const [reports, stored] = await Promise.all([
        readReports(table, installation.name),
        readState(table, installation.name),
      ]);
      const now = deps.now();
      const vended = await vendedOrBefore(installation, stored.state, now, deps);
      const result = assess({ installation, reports, vended, previous: stored.state, now, version });
      await commit(table, result, stored.version, now);
      return result;
    },
    { ...CONFLICT_RETRIES, shouldRetry: ({ error }) => error instanceof ConflictError },
  );
  await deps.publish(assessment.metrics);
}

/** @throws AggregateError when an installation could not be assessed; the others are all the same. */
export async function runAssess(event: AssessEvent, deps: AssessDeps): Promise<void> {
  const withinSeconds = isStream(event) ? undefined : event.unlessWithinSeconds;
  const done = await Promise.allSettled(
    installationsIn(event, deps.config).map(async (installation) => {
      if (withinSeconds !== undefined) {
        const { assessedAt } = await readState(deps.table, installation.name);
        if (isFresh(assessedAt, deps.now(), withinSeconds)) return;
      }
      await assessOne(installation, deps);
    }),
  );
  const failures = done.flatMap((d) => (d.status === 'rejected' ? [d.reason] : []));
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} installations could not be assessed`);
}
