import {
  type CloudWatchClient,
  type MetricDataResult,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import type { InstallationConfig } from '../config/schema.ts';
import { targetsOf } from '../config/targets.ts';
import type { VendedReadings } from '../model/assessment.ts';
import type { Episode } from '../model/episode.ts';
import { queriesFor, readingsFrom } from './queries.ts';

/** Each metric asked for is billed: often while something seems wrong, and seldom while nothing does. */
export const ASKED_EVERY_MS = { troubled: 5 * 60 * 1000, calm: 15 * 60 * 1000 } as const;
/** Vended metrics come late by some minutes, and a stopped instance has none. */
const WINDOW_MS = 15 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

const hourOf = (time: Date): number => Math.floor(time.getTime() / HOUR_MS);

/** What the last assessment left; null before the first. */
export type Before = {
  readonly vended: VendedReadings | null;
  readonly episodes: readonly Pick<Episode, 'phase'>[];
} | null;

/** The last answer, or null when CloudWatch is to be asked again. A finding above information is trouble. */
export function stillNew(before: Before, now: Date): VendedReadings | null {
  if (before === null || before.vended === null) return null;
  const isTroubled = before.episodes.some(({ phase }) => phase !== 'closed');
  const every = isTroubled ? ASKED_EVERY_MS.troubled : ASKED_EVERY_MS.calm;
  return now.getTime() - Date.parse(before.vended.askedAt) < every ? before.vended : null;
}

/**
 * What CloudWatch knows of an installation's targets, asked for in one paged GetMetricData unless that is not due
 * yet; what is asked for hourly is kept within the hour. Null when no target names what stands behind it.
 *
 * @throws CloudWatch's error: without an answer the last one is kept by the caller until it is stale.
 */
export async function readVended(
  client: CloudWatchClient,
  installation: InstallationConfig,
  before: Before,
  now: Date,
): Promise<VendedReadings | null> {
  const all = queriesFor(targetsOf(installation));
  if (all.length === 0) return null;
  const known = stillNew(before, now);
  if (known !== null) return known;
  const last = before?.vended ?? null;
  const isSameHour = last !== null && hourOf(new Date(last.askedAt)) === hourOf(now);
  const queries = all.filter((q) => !(q.isHourly && isSameHour));
  const hourly = new Set(all.filter((q) => q.isHourly).map((q) => q.signal));
  const kept = isSameHour ? last.readings.filter((r) => hourly.has(r.signal)) : [];
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
