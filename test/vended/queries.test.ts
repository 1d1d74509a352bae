import { describe, expect, it } from 'vitest';
import { KUBERNETES_VENDED_SIGNALS } from '../../lib/catalogue/signals/kubernetes-vended.ts';
import { POSTGRES_HOST_SIGNALS } from '../../lib/catalogue/signals/postgres-host.ts';
import { parseConfig } from '../../lib/config/define.ts';
import { type PostgresTarget, type RedisTarget, type Target, targetsOf } from '../../lib/config/targets.ts';
import { queriesFor, readingsFrom } from '../../lib/vended/queries.ts';

const NOW = '2026-11-21T02:20:00.000Z';
const target = (rds: PostgresTarget['rds']): PostgresTarget => ({
  kind: 'postgres',
  id: 'postgres/orion',
  name: 'orion',
  roles: ['orion'],
  host: 'db.example.com',
  port: 5432,
  database: 'prefect',
  user: 'prefect_vitals',
  tls: { mode: 'verify' },
  ...(rds !== undefined && { rds }),
});

const redis: RedisTarget = {
  kind: 'redis',
  id: 'redis/streams',
  name: 'streams',
  roles: ['streams'],
  host: 'streams.example.com',
  port: 6379,
  database: 0,
  docketNames: ['prefect'],
  tls: { mode: 'verify' },
  elasticache: { cacheClusterId: 'prefect-streams-001' },
};

const instance = target({ instance: 'prefect-orion', storageGiB: 100 });

/** CloudWatch's answers to the questions about `targets`, by metric name. */
const answered = (targets: readonly Target[], answers: Record<string, [string, number][]>) => {
  const queries = queriesFor(targets);
  const results = queries.map(({ query }) => {
    const points = answers[query.MetricStat?.Metric?.MetricName ?? ''] ?? [];
    return {
      Id: query.Id,
      Timestamps: points.map(([at]) => new Date(at)),
      Values: points.map(([, value]) => value),
    };
  });
  const readings = readingsFrom(queries, results, NOW);
  return new Map(readings.map((r) => [r.signal, r]));
};

describe('what AWS vends of a database', () => {
  it('is asked for by its instance', () => {
    const [first] = queriesFor([instance]);
    expect(first?.query.MetricStat).toMatchObject({
      Metric: {
        Namespace: 'AWS/RDS',
        MetricName: 'CPUUtilization',
        Dimensions: [{ Name: 'DBInstanceIdentifier', Value: 'prefect-orion' }],
      },
      Stat: 'Average',
    });
  });

  it('is asked for by the writer of its cluster', () => {
    const [first] = queriesFor([target({ cluster: 'prefect' })]);
    expect(first?.query.MetricStat?.Metric?.Dimensions).toEqual([
      { Name: 'DBClusterIdentifier', Value: 'prefect' },
      { Name: 'Role', Value: 'WRITER' },
    ]);
  });

  it('is not asked for of a target that names neither', () => {
    expect(queriesFor([target(undefined)])).toEqual([]);
  });

  it('has ids CloudWatch takes, each of its own', () => {
    const ids = queriesFor([instance, target({ cluster: 'prefect' })]).map((q) => q.query.Id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-zA-Z0-9_]*$/);
  });

  it('is the newest value, in the unit of the signal, with its own time', () => {
    const readings = answered([instance], {
      CPUUtilization: [
        ['2026-11-21T02:16:00.000Z', 91.5],
        ['2026-11-21T02:17:00.000Z', 92.5],
        ['2026-11-21T02:15:00.000Z', 90.5],
      ],
    });
    expect(readings.get('postgres.cpu.used_percent')).toMatchObject({
      value: 92.5,
      at: '2026-11-21T02:17:00.000Z',
    });
  });

  it('gives the free share of the storage the target says it has', () => {
    const FreeStorageSpace: [string, number][] = [[NOW, 15 * 1024 ** 3]];
    expect(answered([instance], { FreeStorageSpace }).get('postgres.storage.free_percent')?.value).toBe(15);
    const sizeless = answered([target({ instance: 'prefect-orion' })], { FreeStorageSpace });
    expect(sizeless.get('postgres.storage.free_percent')?.unknown?.reason).toBe('not-configured');
    expect(sizeless.get('postgres.storage.free_bytes')?.value).toBe(15 * 1024 ** 3);
  });

  it('of a Redis is asked for by its node, together with what is asked of a database', () => {
    const queries = queriesFor([instance, redis]);
    const own = queries.filter((q) => q.target.id === redis.id);
    expect(own.map((q) => q.query.MetricStat?.Metric)).toEqual([
      {
        Namespace: 'AWS/ElastiCache',
        MetricName: 'EngineCPUUtilization',
        Dimensions: [{ Name: 'CacheClusterId', Value: 'prefect-streams-001' }],
      },
    ]);
    expect(new Set(queries.map((q) => q.query.Id)).size).toBe(queries.length);
    const readings = answered([instance, redis], { EngineCPUUtilization: [[NOW, 71]] });
    expect(readings.get('redis.engine_cpu.used_percent')).toMatchObject({
      target: 'redis/streams',
      value: 71,
    });
    const { elasticache: _, ...unnamed } = redis;
    expect(queriesFor([unnamed])).toEqual([]);
  });

  it('of a cluster is asked for by its name, where it is one of EKS', () => {
    const certificateAuthority = Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64');
    const endpoint = 'https://abc.gr7.eu-central-1.eks.amazonaws.com';
    const access = {
      from: 'eks',
      cluster: 'prod',
      region: 'eu-central-1',
      endpoint,
      certificateAuthority,
    } as const;
    const clusterWith = (of: object) =>
      parseConfig({
        installations: [{ name: 'p', kubernetes: [{ access, logs: false, ...of }] }],
      }).installations.flatMap(targetsOf);
    const cluster = clusterWith({});
    const asked = queriesFor(cluster).map(({ query }) => query.MetricStat);
    expect(asked).toContainEqual({
      Metric: {
        Namespace: 'AWS/EKS',
        MetricName: 'apiserver_storage_size_bytes',
        Dimensions: [{ Name: 'ClusterName', Value: 'prod' }],
      },
      Period: 60,
      Stat: 'Maximum',
    });
    expect(asked).toHaveLength(KUBERNETES_VENDED_SIGNALS.length);
    const readings = answered(cluster, { apiserver_request_duration_seconds_GET_P99: [[NOW, 0.25]] });
    expect(readings.get('kubernetes.eks.get.p99_ms')).toMatchObject({
      target: 'kubernetes/cluster',
      value: 250,
    });
    expect(queriesFor(clusterWith({ access: { from: 'kubeconfig', file: 'k' } }))).toEqual([]);
  });

  it('is unknown where CloudWatch has nothing, never 0', () => {
    const readings = answered([instance], {});
    expect(readings.size).toBe(POSTGRES_HOST_SIGNALS.length);
    for (const reading of readings.values()) {
      expect(reading.value).toBeNull();
      expect(reading.unknown?.reason).toBe('missing');
    }
  });
});
