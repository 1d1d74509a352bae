import { execa, type ResultPromise } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RedisTarget } from '../../../lib/config/targets.ts';
import { freePort } from '../../../local/parts/loopback.ts';
import { stateFolder } from '../../../local/parts/places.ts';
import { pythonEnvironment } from '../../../local/parts/python.ts';
import { Supervisor } from '../../../local/parts/supervisor.ts';
import type { ValkeyServer } from '../../../local/parts/valkey.ts';
import { ownServers } from '../probe/servers.ts';
import { said, visit } from '../probe/visit.ts';
import { asClient } from './watcher.ts';

/** Two nodes of one cluster: the other holds nothing but the docket of the API. */
let node: ValkeyServer;
let other: ValkeyServer;
let docket: ResultPromise;

const PASSWORD = 'of-both-nodes';
const SLOTS = 16_384;
const DOCKET = new URL('clustered_docket.py', import.meta.url).pathname;

const look = ({ host, port } = node) =>
  visit({
    kind: 'redis',
    id: 'redis/main',
    name: 'main',
    roles: ['work', 'streams'],
    host,
    port,
    database: 0,
    docketNames: ['prefect', 'prefect-server'],
    password: { from: 'environment', variable: 'TEST_CLUSTER_PASSWORD' },
    tls: { mode: 'off' },
  } satisfies RedisTarget);

const isWhole = (server: ValkeyServer) =>
  asClient(server, async (client) => /cluster_state:ok/.test(String(await client.cluster('INFO'))));

beforeAll(async () => {
  process.env.TEST_CLUSTER_PASSWORD = PASSWORD;
  const { valkey } = await ownServers();
  const start = async (name: string) =>
    valkey({
      name,
      password: PASSWORD,
      settings: { 'cluster-enabled': 'yes', 'cluster-port': String(await freePort()), masterauth: PASSWORD },
    });
  [node, other] = await Promise.all([start('node'), start('other-node')]);
  const slot = await asClient(node, (client) => client.cluster('KEYSLOT', '{prefect-server}'));
  await asClient(node, (client) => client.call('CLUSTER', 'ADDSLOTSRANGE', 0, slot - 1, slot + 1, SLOTS - 1));
  await asClient(other, (client) => client.cluster('ADDSLOTS', slot));
  const bus = await asClient(other, (client) => client.config('GET', 'cluster-port'));
  await asClient(node, (client) =>
    client.call('CLUSTER', 'MEET', other.host, other.port, String((bus as string[])[1])),
  );
  for (const server of [node, other])
    await vi.waitFor(async () => expect(await isWhole(server)).toBe(true), { timeout: 60_000 });

  const python = await pythonEnvironment(new Supervisor(stateFolder('test', 'cluster')), () => {});
  const url = `redis+cluster://:${PASSWORD}@${node.host}:${node.port}/0`;
  docket = execa(python.program('python'), [DOCKET, url], { reject: false });
});
afterAll(async () => {
  docket?.kill('SIGKILL');
  await docket;
});

describe('a docket in a Redis Cluster', () => {
  it('is read under its hash tag, from the node that holds it', async () => {
    await expect
      .poll(async () => said(await look(), 'redis.docket.workers', 'prefect'), { timeout: 60_000 })
      .toBe(1);
    const report = await look();
    expect(report.errors).toEqual([]);
    expect(report.facts.mode).toBe('cluster');
    expect(said(report, 'redis.docket.queued', 'prefect')).toBeGreaterThanOrEqual(3);
    expect(said(report, 'redis.docket.ready', 'prefect')).toBe(0);
    expect(said(report, 'redis.perpetual.workers', 'monitor_late_runs')).toBe(1);
    expect(said(report, 'redis.perpetual.last_start_age_seconds', 'monitor_late_runs')).toBeLessThan(30);
  });

  it('that another node holds is not told as gone', async () => {
    const here = await look();
    for (const name of ['workers', 'queued', 'backlog'])
      expect(said(here, `redis.docket.${name}`, 'prefect-server')).toBe('not-collected');
    // The other node may know those services that this one does not.
    expect(said(here, 'redis.perpetual.workers', 'schedule_deployments')).toBe('not-collected');

    const there = await look(other);
    expect(there.errors).toEqual([]);
    expect(said(there, 'redis.docket.workers', 'prefect')).toBe('not-collected');
    expect(said(there, 'redis.docket.workers', 'prefect-server')).toBe(0);
    expect(said(there, 'redis.docket.queued', 'prefect-server')).toBe('missing');
  });

  it('has no messages beside it: Prefect does not send them there', async () => {
    const report = await look();
    expect(said(report, 'redis.consumer.present')).toBe('not-configured');
    expect(said(report, 'redis.dead_letters')).toBe('not-configured');
  });
});
