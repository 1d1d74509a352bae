import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, inject, it } from 'vitest';
import { assess } from '../../lib/assess/assess.ts';
import { parseConfig } from '../../lib/config/define.ts';
import { targetsOf } from '../../lib/config/targets.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { readVended } from '../../lib/vended/read.ts';
import { clientOptions } from '../../local/remote.ts';
import { visit } from '../integration/probe/visit.ts';
import { findingIn } from '../integration/watcher.ts';

/** A real PostgreSQL, and a CloudWatch that says of its machine what these tests put into it. */
const { postgres, prefect } = inject('sample');
const cloudwatch = new CloudWatchClient(clientOptions(inject('cloud')));
process.env.VENDED_POSTGRES_PASSWORD = prefect.database.monitor.password;

const GIBIBYTE = 2 ** 30;

/** Of an instance of its own each time: what CloudWatch was told once it keeps. */
let instances = 0;
const installationOn = (instance: string, minimumGiB: number) => {
  const [installation] = parseConfig({
    installations: [
      {
        name: 'test',
        postgres: [
          {
            name: 'orion',
            host: postgres.host,
            port: postgres.port,
            database: prefect.database.name,
            user: prefect.database.monitor.user,
            password: { from: 'environment', variable: 'VENDED_POSTGRES_PASSWORD' },
            tls: { mode: 'off' },
            rds: { instance, storageGiB: 50 },
            minimum: { storageGiB: minimumGiB },
          },
        ],
      },
    ],
  }).installations;
  if (installation === undefined) throw new Error('there is no installation');
  return installation;
};

/** What an assessment makes of the database as it is and of a machine that CloudWatch says this of. */
async function snapshotWith(metrics: Readonly<Record<string, number>>, minimumGiB = 50): Promise<Snapshot> {
  const instance = `prefect-${process.pid}-${instances++}`;
  const now = new Date();
  await cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: 'AWS/RDS',
      MetricData: Object.entries(metrics).map(([MetricName, Value]) => ({
        MetricName,
        Value,
        Timestamp: new Date(now.getTime() - 60_000),
        Dimensions: [{ Name: 'DBInstanceIdentifier', Value: instance }],
      })),
    }),
  );
  const installation = installationOn(instance, minimumGiB);
  const vended = await readVended(cloudwatch, installation, null, now);
  const reports = await Promise.all(targetsOf(installation).map((target) => visit(target)));
  const at = new Date();
  return assess({ installation, reports, vended, previous: null, now: at, version: 'test' }).snapshot;
}

const WELL = {
  CPUUtilization: 20,
  FreeableMemory: 8 * GIBIBYTE,
  FreeStorageSpace: 30 * GIBIBYTE,
  ReadLatency: 0.0006,
  WriteLatency: 0.0021,
};

const foundWith = async (metrics: Readonly<Record<string, number>>) =>
  (await snapshotWith({ ...WELL, ...metrics })).findings.map((f) => [f.id, f.severity]);

describe('what CloudWatch says of the machine under a real PostgreSQL', () => {
  it('is well when it is, and known beside what the database says of itself', async () => {
    const snapshot = await snapshotWith(WELL);
    expect(snapshot.findings.filter((f) => f.severity !== 'info')).toEqual([]);
    const readings = snapshot.monitor.targets[0]?.readings ?? [];
    const value = (signal: string) => readings.find((r) => r.signal === signal)?.value;
    expect(value('postgres.up')).toBe(1);
    expect(value('postgres.cpu.used_percent')).toBe(20);
    expect(value('postgres.storage.free_percent')).toBe(60);
    expect(value('postgres.storage.read_ms')).toBeCloseTo(0.6);
    expect(value('postgres.storage.write_ms')).toBeCloseTo(2.1);
  });

  it.each([
    ['postgres-cpu-high', 'warning', { CPUUtilization: 85 }],
    ['postgres-cpu-high', 'critical', { CPUUtilization: 97 }],
    ['postgres-memory-low', 'warning', { FreeableMemory: 0.4 * GIBIBYTE }],
    ['disk-nearly-full', 'critical', { FreeStorageSpace: 9 * GIBIBYTE }],
  ])('is %s, %s, while it is so, and nothing once it is not', async (id, severity, metrics) => {
    expect(await foundWith(metrics)).toContainEqual([id, severity]);
    expect((await foundWith({})).map(([found]) => found)).not.toContain(id);
  });

  it('is below the minimum as long as less is allocated than is asked for', async () => {
    const hint = async (gib: number) =>
      findingIn(await snapshotWith(WELL, gib), 'postgres-below-minimum-size');
    const small = await hint(100);
    expect(small?.evidence.map((e) => e.text)).toEqual(['50 GiB are allocated; the minimum is 100']);
    expect(small?.remedy[1]?.command).toMatch(
      /--db-instance-identifier prefect-\S+ --allocated-storage 100 /,
    );
    expect(await hint(50)).toBeUndefined();
  });
});
