import { type CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { MetricPoint } from '../model/assessment.ts';

export const NAMESPACE = 'PrefectVitals';

/** What CloudWatch takes in one call. */
const POINTS_PER_CALL = 1000;

const datumOf = (point: MetricPoint): MetricDatum => ({
  MetricName: point.name,
  Unit: point.unit,
  Value: point.value,
  Timestamp: new Date(point.at),
  Dimensions: Object.entries(point.dimensions).map(([Name, Value]) => ({ Name, Value })),
});

/** Puts all points in one call, or in as few as CloudWatch's limit allows. */
export async function putMetrics(client: CloudWatchClient, points: readonly MetricPoint[]): Promise<void> {
  for (let start = 0; start < points.length; start += POINTS_PER_CALL) {
    const MetricData = points.slice(start, start + POINTS_PER_CALL).map(datumOf);
    await client.send(new PutMetricDataCommand({ Namespace: NAMESPACE, MetricData }));
  }
}
