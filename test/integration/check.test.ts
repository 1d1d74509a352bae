import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import * as v from 'valibot';
import { describe, expect, inject, it } from 'vitest';
import { SnapshotSchema } from '../../lib/model/snapshot.ts';
import { freePort } from '../../local/parts/loopback.ts';
import { ROOT, stateFolder } from '../../local/parts/places.ts';

const { postgres, valkey, prefect } = inject('sample');

const INSTALLATION = {
  name: 'checked',
  postgres: [
    {
      name: 'orion',
      host: postgres.host,
      port: postgres.port,
      database: prefect.database.name,
      user: prefect.database.monitor.user,
      password: { from: 'environment', variable: 'CHECK_POSTGRES_PASSWORD' },
      tls: { mode: 'off' },
    },
  ],
  redis: [
    {
      name: 'main',
      host: valkey.host,
      port: valkey.port,
      password: { from: 'environment', variable: 'CHECK_REDIS_PASSWORD' },
      tls: { mode: 'off' },
    },
  ],
  prefect: [{ apiUrl: prefect.apiUrl }],
};

async function check(installation: object, ...args: readonly string[]) {
  const file = join(stateFolder('test'), `check-${process.pid}.json`);
  await writeFile(file, JSON.stringify({ installations: [installation] }));
  return execa(process.execPath, ['local/check.ts', '--config', file, '--interval', '1', ...args], {
    cwd: ROOT,
    reject: false,
    env: {
      CHECK_POSTGRES_PASSWORD: prefect.database.monitor.password,
      CHECK_REDIS_PASSWORD: valkey.password,
      NODE_NO_WARNINGS: '1',
    },
  });
}

describe('npm run check', () => {
  it('says on stdout how a healthy installation is, on stderr what it does, and exits 0', async () => {
    const { exitCode, stdout, stderr } = await check(INSTALLATION);
    expect(stdout).toMatch(/^checked is healthy at /);
    expect(stdout).toMatch(/^prefect\/server +healthy +Prefect 3\.8\.8, ready/m);
    expect(stderr).toContain('second look');
    expect(exitCode).toBe(0);
  });

  it('prints nothing but the snapshot as JSON when asked to', async () => {
    const { stdout } = await check(INSTALLATION, '--json');
    const snapshot = v.parse(SnapshotSchema, JSON.parse(stdout));
    expect(snapshot.redis[0]?.cpu_percent).toBeGreaterThanOrEqual(0);
    expect(snapshot.monitor.complete).toBe(true);
  });

  it('asks nothing of AWS: what only CloudWatch knows of a database is unknown, and all else is known', async () => {
    const postgres = [{ ...INSTALLATION.postgres[0], rds: { instance: 'orion', storageGiB: 100 } }];
    const only = ['--target', 'postgres/orion', '--json'];
    const { stdout } = await check({ ...INSTALLATION, postgres }, ...only);
    const { monitor } = v.parse(SnapshotSchema, JSON.parse(stdout));
    const readings = monitor.targets[0]?.readings ?? [];
    const reading = (signal: string) => readings.find((r) => r.signal === signal);
    for (const signal of ['cpu.used_percent', 'memory.free_bytes', 'storage.free_percent'])
      expect(reading(`postgres.${signal}`)).toMatchObject({
        value: null,
        unknown: { reason: 'not-collected', detail: 'CloudWatch was not asked' },
      });
    expect(reading('postgres.connections.used_percent')?.value).toBeGreaterThan(0);
  });

  it('exits 2 when something is down, names the root cause, and leaves the others their own status', async () => {
    const redis = [{ ...INSTALLATION.redis[0], port: await freePort() }];
    const { exitCode, stdout } = await check({ ...INSTALLATION, redis });
    expect(exitCode).toBe(2);
    expect(stdout).toContain('Root cause: Redis does not answer (redis/main)');
    expect(stdout).toMatch(/^postgres\/orion +healthy/m);
  });

  it('exits 3 when a target cannot be looked at', async () => {
    const redis = [
      { ...INSTALLATION.redis[0], password: { from: 'environment', variable: 'CHECK_POSTGRES_PASSWORD' } },
    ];
    const { exitCode, stdout, stderr } = await check({ ...INSTALLATION, redis }, '--target', 'redis/main');
    expect(stdout).toMatch(/^redis\/main +unknown +auth: /m);
    expect(exitCode).toBe(3);
    for (const secret of [valkey.password, prefect.database.monitor.password]) {
      expect(stdout + stderr).not.toContain(secret);
    }
  });

  it.each([
    ['a bad configuration', { ...INSTALLATION, name: 'Not A Name' }, [], 'installations.0.name'],
    [
      'a target that is not there',
      INSTALLATION,
      ['--target', 'redis/nowhere'],
      'There is no target redis/nowhere',
    ],
    ['an interval that is none', INSTALLATION, ['--interval', 'soon'], 'number of seconds'],
  ])('exits 64 on %s and says what is wrong', async (_, installation, args, message) => {
    const { exitCode, stdout, stderr } = await check(installation, ...args);
    expect(exitCode).toBe(64);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
  });
});
