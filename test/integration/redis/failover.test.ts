import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ValkeyServer } from '../../../local/parts/valkey.ts';
import { ownServers } from '../probe/servers.ts';
import { asClient, Watcher } from './watcher.ts';

/** A primary endpoint, as ElastiCache has one: an address behind which another node stands after a failover. */
let endpoint: Server;
let behind: ValkeyServer;
let servers: Awaited<ReturnType<typeof ownServers>>;

const PASSWORD = 'a-password-of-the-test';
const PATIENCE = { timeout: 20_000 };
const KEYS = 300;

const work = (server: ValkeyServer) =>
  asClient(server, async (client) => {
    const many = client.pipeline();
    for (let n = 0; n < KEYS; n++) many.set(`task:${n}`, 'queued');
    await many.exec();
  });

beforeAll(async () => {
  servers = await ownServers();
  endpoint = createServer((client) => {
    const { host, port } = behind;
    const node = connect({ host, port });
    for (const [one, other] of [
      [client, node],
      [node, client],
    ] as const) {
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
});
afterAll(() => {
  endpoint?.close();
});

/** Watches whatever stands behind the endpoint. */
const watcher = () =>
  new Watcher(
    { host: '127.0.0.1', port: (endpoint.address() as AddressInfo).port, password: PASSWORD },
    { roles: ['work', 'streams'] },
  );
const replicaOf = (primary: ValkeyServer, name: string) =>
  servers.valkey({
    name,
    password: PASSWORD,
    settings: { replicaof: `127.0.0.1 ${primary.port}`, masterauth: PASSWORD },
  });
const keysOn = (server: ValkeyServer) => asClient(server, (client) => client.dbsize());

describe('a failover', () => {
  it('is an outage and nothing else, when the replica that takes over has the data', async () => {
    const primary = await servers.valkey({ name: 'primary', password: PASSWORD });
    behind = primary;
    const watching = watcher();
    await work(primary);
    // The replica is the younger: by its age it looks like a server that began anew.
    const uptime = async () => (await watching.look()).said('redis.uptime_seconds');
    await expect.poll(uptime, PATIENCE).toBeGreaterThan(3);
    const replica = await replicaOf(primary, 'replica');
    await expect.poll(() => keysOn(replica), PATIENCE).toBe(KEYS);
    expect((await watching.look()).facts.role).toBe('master');

    await primary.process.stop();
    const { port } = endpoint.address() as AddressInfo;
    endpoint.close();
    await once(endpoint, 'close');
    expect((await watching.look()).finding('redis-down')?.severity).toBe('critical');

    await asClient(replica, (client) => client.replicaof('NO', 'ONE'));
    behind = replica;
    endpoint.listen(port, '127.0.0.1');
    await once(endpoint, 'listening');
    const after = await watching.look();
    expect(after.said('redis.up')).toBe(1);
    expect(after.facts.role).toBe('master');
    expect(after.said('redis.restarted')).toBe(1);
    expect(after.said('redis.keys')).toBe(KEYS);
    expect(after.findings.map((f) => f.id)).toEqual([]);
  });

  it('to a node that has none of the data is told as the loss it is', async () => {
    const primary = await servers.valkey({ name: 'full', password: PASSWORD });
    behind = primary;
    const watching = watcher();
    await work(primary);
    const uptime = async () => (await watching.look()).said('redis.uptime_seconds');
    await expect.poll(uptime, PATIENCE).toBeGreaterThan(3);
    await primary.process.stop();
    behind = await servers.valkey({ name: 'empty', password: PASSWORD });
    const after = await watching.look();
    expect(after.finding('redis-restarted-empty')?.severity).toBe('critical');
    expect(after.finding('redis-restarted-empty')?.evidence.map((e) => e.text)).toContainEqual(
      expect.stringContaining('role streams: events not processed yet are lost'),
    );
  });

  it('that left the endpoint at a replica is found by what cannot be written there', async () => {
    const primary = await servers.valkey({ name: 'other', password: PASSWORD });
    const replica = await replicaOf(primary, 'left-behind');
    behind = replica;
    const watching = watcher();
    await expect
      .poll(async () => (await watching.look()).said('redis.replication.link_up'), PATIENCE)
      .toBe(1);
    await asClient(replica, (client) => client.set('task', 'queued').catch(() => undefined));
    expect((await watching.look()).finding('redis-refusing-writes')?.evidence[0]?.text).toContain(
      'is a replica',
    );
  });
});
