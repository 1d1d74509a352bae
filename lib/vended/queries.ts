import type { Dimension, MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { SIGNALS } from '../catalogue/signals/index.ts';
import type { Target } from '../config/targets.ts';
import type { Reading } from '../model/reading.ts';
import type { Unknown } from '../model/unknown.ts';

const PERIOD_SECONDS = 60;
/** As far back as is asked: what is asked for once an hour should not hang on one minute. */
const HOURLY_PERIOD_SECONDS = 900;
const BYTES_PER_GIB = 1024 ** 3;

const NO_DATA: Unknown = { reason: 'missing', detail: 'CloudWatch has no such metric of it' };
const NO_SIZE: Unknown = { reason: 'not-configured', detail: 'the target does not say rds.storageGiB' };

/** A question to CloudWatch, and whose answer it will be. */
export interface VendedQuery {
  readonly target: Target;
  readonly signal: string;
  readonly times: number;
  readonly isHourly: boolean;
  readonly query: MetricDataQuery;
}

/** What stands behind a target on AWS, as its metrics name it; null when the target does not say. */
function dimensionsOf(target: Target): Dimension[] | null {
  if (target.kind === 'redis' && target.elasticache !== undefined)
    return [{ Name: 'CacheClusterId', Value: target.elasticache.cacheClusterId }];
  if (target.kind === 'kubernetes')
    return target.access.from === 'eks' ? [{ Name: 'ClusterName', Value: target.access.cluster }] : null;
  if (target.kind !== 'postgres' || target.rds === undefined) return null;
  const { instance, cluster } = target.rds;
  if (instance !== undefined) return [{ Name: 'DBInstanceIdentifier', Value: instance }];
  // A cluster's own metrics are those of its writer.
  return [
    { Name: 'DBClusterIdentifier', Value: cluster },
    { Name: 'Role', Value: 'WRITER' },
  ];
}

/** Whether CloudWatch is asked about a target. */
export const isVendedOf = (target: Target): boolean => dimensionsOf(target) !== null;

/** What to ask of the targets that name what stands behind them; empty when none does. */
export const queriesFor = (targets: readonly Target[]): readonly VendedQuery[] =>
  targets
    .flatMap((target) => {
      const dimensions = dimensionsOf(target);
      if (dimensions === null) return [];
      return SIGNALS.flatMap(({ id, kind, vended }) =>
        vended === undefined || kind !== target.kind ? [] : [{ target, dimensions, id, vended }],
      );
    })
    .map(({ target, dimensions, id, vended }, index) => ({
      target,
      signal: id,
      times: vended.times,
      isHourly: vended.hourly ?? false,
      query: {
        Id: `q${index}`,
        MetricStat: {
          Metric: { Namespace: vended.namespace, MetricName: vended.metric, Dimensions: dimensions },
          Period: vended.hourly ? HOURLY_PERIOD_SECONDS : PERIOD_SECONDS,
          Stat: vended.statistic,
        },
      },
    }));

/** The newest value of a result; CloudWatch answers with the newest first when asked to, but nothing says it must. */
function newest({ Timestamps = [], Values = [] }: MetricDataResult): { at: Date; value: number } | null {
  const points = Timestamps.flatMap((at, i) => {
    const value = Values[i];
    return value !== undefined && Number.isFinite(value) ? [{ at, value }] : [];
  });
  return points.toSorted((a, b) => b.at.getTime() - a.at.getTime())[0] ?? null;
}

function shareOf(free: Reading, target: Target): Reading {
  const base = { signal: 'postgres.storage.free_percent', target: target.id, at: free.at };
  if (free.value === null) return { ...base, value: null, unknown: free.unknown ?? NO_DATA };
  const gib = target.kind === 'postgres' ? target.rds?.storageGiB : undefined;
  return gib === undefined
    ? { ...base, value: null, unknown: NO_SIZE }
    : { ...base, value: Math.min(100, (100 * free.value) / (gib * BYTES_PER_GIB)) };
}

/** CloudWatch's answers as readings, each with the time of its value; what it does not have is unknown. */
export function readingsFrom(
  queries: readonly VendedQuery[],
  results: readonly MetricDataResult[],
  now: string,
): readonly Reading[] {
  const byId = new Map(results.map((r) => [r.Id, r]));
  return queries.flatMap(({ target, signal, times, query }) => {
    const point = newest(byId.get(query.Id) ?? {});
    const reading: Reading =
      point === null
        ? { signal, target: target.id, value: null, unknown: NO_DATA, at: now }
        : { signal, target: target.id, value: point.value * times, at: point.at.toISOString() };
    return signal === 'postgres.storage.free_bytes' ? [reading, shareOf(reading, target)] : [reading];
  });
}
