import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, inject, it } from 'vitest';
import { parseConfig } from '../../lib/config/define.ts';
import type { VendedReadings } from '../../lib/model/assessment.ts';
import { ASKED_EVERY_MS, readVended } from '../../lib/vended/read.ts';
import { clientOptions } from '../../local/remote.ts';

const cloudwatch = new CloudWatchClient(clientOptions(inject('cloud')));
const rds = { instance: 'prefect-orion', storageGiB: 100 };
const postgres = { name: 'orion', host: 'db', database: 'prefect', user: 'vitals', rds };
const elasticache = { cacheClusterId: 'prefect-streams-001' };
const redis = { name: 'streams', host: 'redis', roles: ['streams' as const], elasticache };
const access = {
  from: 'eks' as const,
  cluster: 'prod',
  region: 'eu-central-1',
  endpoint: 'https://abc.gr7.eu-central-1.eks.amazonaws.com',
  certificateAuthority: Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64'),
};
const [installation] = parseConfig({
  installations: [{ name: 'vended', postgres: [postgres], redis: [redis], kubernetes: [{ access }] }],
}).installations;
if (installation === undefined) throw new Error('there is no installation');

const RDS = { namespace: 'AWS/RDS', dimension: 'DBInstanceIdentifier', of: rds.instance };
const ELASTICACHE = {
  namespace: 'AWS/ElastiCache',
  dimension: 'CacheClusterId',
  of: elasticache.cacheClusterId,
};

const HOUR_MS = 60 * 60_000;
const EKS = { namespace: 'AWS/EKS', dimension: 'ClusterName', of: access.cluster };

const put = (metric: string, Value: number, Timestamp: Date, { namespace, dimension, of } = RDS) =>
  cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: namespace,
      MetricData: [{ MetricName: metric, Value, Timestamp, Dimensions: [{ Name: dimension, Value: of }] }],
    }),
  );

describe('CloudWatch', () => {
  it('is asked for what it knows of a named instance, and not again before its time', async () => {
    // Within one hour, whatever the time.
    const now = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS + 10 * 60_000);
    const aMinuteAgo = new Date(now.getTime() - 60_000);
    await put('CPUUtilization', 42, aMinuteAgo);
    await put('FreeStorageSpace', 30 * 1024 ** 3, aMinuteAgo);
    await put('ReadLatency', 0.004, aMinuteAgo);
    await put('EngineCPUUtilization', 71, aMinuteAgo, ELASTICACHE);
    await put('apiserver_storage_size_bytes', 2 ** 30, aMinuteAgo, EKS);
    const first = await readVended(cloudwatch, installation, null, now);
    const value = (signal: string) => first?.readings.find((r) => r.signal === signal)?.value;
    expect(value('postgres.cpu.used_percent')).toBe(42);
    expect(value('postgres.storage.free_percent')).toBe(30);
    expect(value('redis.engine_cpu.used_percent')).toBe(71);
    expect(value('kubernetes.etcd.size_bytes')).toBe(2 ** 30);
    expect(value('postgres.memory.free_bytes')).toBeNull();
    expect(value('postgres.storage.read_ms')).toBe(4);

    const before = { vended: first, episodes: [] };
    const soon = new Date(now.getTime() + ASKED_EVERY_MS.calm - 1);
    expect(await readVended(cloudwatch, installation, before, soon)).toBe(first);
    const later = new Date(now.getTime() + ASKED_EVERY_MS.calm);
    expect((await readVended(cloudwatch, installation, before, later))?.askedAt).toBe(later.toISOString());
  });

  it('is asked hourly for what nothing hangs on, which is kept meanwhile', async () => {
    const first = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS + 10 * 60_000);
    const minutesLater = (minutes: number) => new Date(first.getTime() + minutes * 60_000);
    const ask = async (before: VendedReadings | null, now: Date, seconds: number) => {
      await put('WriteLatency', seconds, new Date(now.getTime() - 60_000));
      await put('CPUUtilization', seconds * 1000, new Date(now.getTime() - 60_000));
      return readVended(cloudwatch, installation, { vended: before, episodes: [] }, now);
    };
    const value = (vended: VendedReadings | null, signal: string) =>
      vended?.readings.find((r) => r.signal === signal)?.value;
    const one = await ask(null, first, 0.002);
    const two = await ask(one, minutesLater(30), 0.007);
    expect([value(two, 'postgres.storage.write_ms'), value(two, 'postgres.cpu.used_percent')]).toEqual([
      2, 7,
    ]);
    const three = await ask(two, minutesLater(60), 0.009);
    expect(value(three, 'postgres.storage.write_ms')).toBe(9);
  });
});
