import { describe, expect, it } from 'vitest';
import { assess } from '../../lib/assess/assess.ts';
import type { AssessState, VendedReadings } from '../../lib/model/assessment.ts';
import type { Facts } from '../../lib/model/report.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { at, healthy, installation, report, type Values } from './builders.ts';

const RDS = { instance: 'prefect-orion', storageGiB: 100 };
const POSTGRES = { name: 'orion', host: 'db', database: 'prefect', user: 'vitals' };

const watched = (rds: object = { rds: RDS }) =>
  installation({ postgres: [{ ...POSTGRES, ...rds }], redis: [], prefect: [] });

const vended = (seconds: number, values: Readonly<Record<string, number>>): VendedReadings => ({
  askedAt: at(seconds),
  readings: Object.entries(values).map(([signal, value]) => ({
    signal,
    target: 'postgres/orion',
    value,
    at: at(seconds),
  })),
});

const look = (seconds: number, known: VendedReadings | null, of = watched(), facts: Facts = {}) =>
  assess({
    installation: of,
    reports: [healthy('postgres/orion', {}, { at: seconds, facts })],
    vended: known,
    previous: null,
    now: new Date(at(seconds)),
    version: '0',
  });

const readingIn = (snapshot: Snapshot, signal: string) =>
  snapshot.monitor.targets[0]?.readings?.find((r) => r.signal === signal);

describe('what AWS vends of a target', () => {
  it('is judged by what the probe was asked for: too little storage is a hint', () => {
    const known = vended(0, {
      'postgres.storage.free_bytes': 45 * 2 ** 30,
      'postgres.storage.free_percent': 90,
    });
    const facts = { minimum: { storageGiB: 100 } };
    expect(look(60, known, watched(), facts).snapshot.findings).toMatchObject([
      { id: 'postgres-below-minimum-size', severity: 'info' },
    ]);
    expect(look(60, known).snapshot.findings).toEqual([]);
  });

  it('is judged like what a probe reads', () => {
    const { snapshot } = look(60, vended(0, { 'postgres.cpu.used_percent': 97 }));
    expect(snapshot.findings).toMatchObject([{ id: 'postgres-cpu-high', severity: 'critical' }]);
    expect(snapshot.database.status).toBe('error');
  });

  it.each([
    ['postgres-cpu-high', 'postgres.cpu.used_percent', 79.9, 80, 'warning'],
    ['postgres-memory-low', 'postgres.memory.free_bytes', 513 * 1024 ** 2, 512 * 1024 ** 2, 'warning'],
    ['disk-nearly-full', 'postgres.storage.free_percent', 20.1, 20, 'critical'],
  ])('raises %s at its threshold and not before', (id, signal, before, at_, severity) => {
    const others = { 'postgres.storage.free_bytes': 1024 ** 3 };
    expect(look(60, vended(0, { ...others, [signal]: before })).snapshot.findings).toEqual([]);
    expect(look(60, vended(0, { ...others, [signal]: at_ })).snapshot.findings).toMatchObject([
      { id, severity },
    ]);
  });

  it('of the thread that runs commands counts for more than what the whole process takes', () => {
    const elasticache = { cacheClusterId: 'streams-001' };
    const streams = [{ name: 'streams', host: 'redis', roles: ['streams' as const], elasticache }];
    const of = installation({ postgres: [], redis: streams, prefect: [] });
    const judged = (percent: number | null) => {
      const readings = [
        { signal: 'redis.engine_cpu.used_percent', target: 'redis/streams', value: percent ?? 0, at: at(60) },
      ];
      const known = percent === null ? null : { askedAt: at(60), readings };
      const minute = (seconds: number, cpuSeconds: number, previous: AssessState | null) =>
        assess({
          installation: of,
          reports: [healthy('redis/streams', { 'redis.cpu.seconds': cpuSeconds }, { at: seconds })],
          vended: known,
          previous,
          now: new Date(at(seconds)),
          version: '0',
        });
      return minute(60, 60, minute(0, 0, null).state).snapshot;
    };
    expect(judged(null).findings).toMatchObject([{ id: 'redis-cpu-high-streams', severity: 'critical' }]);
    expect(judged(40).findings).toEqual([]);
    expect(judged(75).findings).toMatchObject([
      { severity: 'warning', evidence: [{ signal: 'redis.engine_cpu.used_percent', value: 75 }] },
    ]);
    expect(readingIn(judged(null), 'redis.engine_cpu.used_percent')?.unknown?.reason).toBe('not-collected');
  });

  describe('of a cluster of EKS', () => {
    const access = {
      from: 'eks',
      cluster: 'prod',
      region: 'eu-central-1',
      endpoint: 'https://abc.gr7.eu-central-1.eks.amazonaws.com',
      certificateAuthority: Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64'),
    } as const;
    const OWN_P99 = 'kubernetes.request.duration.p99_ms';

    const found = (values: Readonly<Record<string, number>>, own: Values = {}) =>
      assess({
        installation: installation({
          postgres: [],
          redis: [],
          prefect: [],
          kubernetes: [{ access, logs: false }],
        }),
        reports: [
          report(
            'kubernetes/cluster',
            { 'kubernetes.up': 1, 'kubernetes.api_ms': 5, 'kubernetes.etcd.ready': 1, ...own },
            { at: 60 },
          ),
        ],
        vended: {
          askedAt: at(60),
          readings: Object.entries(values).map(([signal, value]) => ({
            signal,
            target: 'kubernetes/cluster',
            value,
            at: at(60),
          })),
        },
        previous: null,
        now: new Date(at(60)),
        version: '0',
      }).snapshot.findings.map((f) => [f.id, f.severity]);

    it.each([
      [6.4, []],
      [6.5, [['etcd-unhealthy', 'warning']]],
      [7.5, [['etcd-unhealthy', 'critical']]],
    ])('says how full etcd is: of %d GiB, %o', (gib, findings) => {
      expect(found({ 'kubernetes.etcd.size_bytes': gib * 1024 ** 3 })).toEqual(findings);
    });

    it('says how slow the API servers are where they do not say it themselves', () => {
      const slow = [['kubernetes-api-slow', 'warning']];
      expect(found({ 'kubernetes.eks.post.p99_ms': 999 })).toEqual([]);
      expect(found({ 'kubernetes.eks.post.p99_ms': 1000 })).toEqual(slow);
      expect(found({ 'kubernetes.eks.get.p99_ms': 1000 }, { [OWN_P99]: 'permission' })).toEqual(slow);
      expect(found({ 'kubernetes.eks.get.p99_ms': 1000 }, { [OWN_P99]: { GET: 20 } })).toEqual([]);
    });
  });

  it('is stale after half an hour', () => {
    const known = vended(0, { 'postgres.cpu.used_percent': 97 });
    expect(look(1800, known).snapshot.findings).toHaveLength(1);
    const { snapshot } = look(1801, known);
    expect(snapshot.findings).toEqual([]);
    expect(readingIn(snapshot, 'postgres.cpu.used_percent')?.unknown?.reason).toBe('stale');
  });

  it('is unknown with the reason when nobody asked, or there is nobody to ask about', () => {
    const reason = (snapshot: Snapshot) => readingIn(snapshot, 'postgres.cpu.used_percent')?.unknown?.reason;
    expect(reason(look(60, null).snapshot)).toBe('not-collected');
    expect(reason(look(60, null, watched({})).snapshot)).toBe('not-configured');
  });

  it('is never published a second time', () => {
    const { metrics } = look(60, vended(0, { 'postgres.cpu.used_percent': 50 }));
    expect(metrics.map((m) => m.name)).toContain('PostgresUp');
    expect(metrics.some((m) => m.value === 50)).toBe(false);
  });

  it('is kept for the next assessment', () => {
    const known = vended(0, { 'postgres.cpu.used_percent': 50 });
    expect(look(60, known).state.vended).toEqual(known);
  });
});
