import {
  type CloudWatchClient,
  type MetricDataResult,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import type { InstallationConfig } from '../config/schema.ts';
import { targetsOf } from '../config/targets.ts';
import type { VendedReadings } from '../model/assessment.ts';
import { queriesFor, readingsFrom } from './queries.ts';

/** Each metric asked for is billed, and what CloudWatch knows of a machine is some minutes old anyway. */
export const ASKED_EVERY_MS = 10 * 60 * 1000;
/** Vended metrics come late by some minutes, and a stopped instance has none. */
const WINDOW_MS = 15 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

const hourOf = (time: Date): number => Math.floor(time.getTime() / HOUR_MS);

/**
 * What CloudWatch knows of an installation's targets, asked for in one paged GetMetricData unless `before` is new
 * enough; what is asked for hourly is kept from it within the hour. Null when no target names what stands behind it.
 *
 * @throws CloudWatch's error: without an answer the last one is kept by the caller until it is stale.
 */
export async function readVended(
  client: CloudWatchClient,
  installation: InstallationConfig,
  before: VendedReadings | null,
  now: Date,
): Promise<VendedReadings | null> {
  const all = queriesFor(targetsOf(installation));
  if (all.length === 0) return null;
  if (before !== null && now.getTime() - Date.parse(before.askedAt) < ASKED_EVERY_MS) return before;
  const askedThisHour = before !== null && hourOf(new Date(before.askedAt)) === hourOf(now);
  const queries = all.filter((q) => !(q.isHourly && askedThisHour));
  const hourly = new Set(all.filter((q) => q.isHourly).map((q) => q.signal));
  const kept = askedThisHour ? before.readings.filter((r) => hourly.has(r.signal)) : [];
  const results: MetricDataResult[] = [];
  const pages = paginateGetMetricData(
    { client },
    {
      StartTime: new Date(now.getTime() - WINDOW_MS),
      EndTime: now,
      ScanBy: 'TimestampDescending',
      MetricDataQueries: queries.map((q) => q.query),
    },
  );
  for await (const page of pages) results.push(...(page.MetricDataResults ?? []));
  const askedAt = now.toISOString();
  return { askedAt, readings: [...readingsFrom(queries, results, askedAt), ...kept] };
}
