import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../local/parts/loopback.ts';
import { ownServers } from '../probe/servers.ts';
import { asClient, replyOf, Watcher } from './watcher.ts';

type Servers = Awaited<ReturnType<typeof ownServers>>;
let servers: Servers;

const PASSWORD = 'a-password-of-the-test';
const PATIENCE = { timeout: 20_000 };

beforeAll(async () => {
  servers = await ownServers();
});

/** Prefect's own keys, roughly: many small ones. */
const work = (server: Awaited<ReturnType<Servers['valkey']>>) =>
  asClient(server, async (client) => {
    const many = client.pipeline();
    for (let n = 0; n < 300; n++) many.set(`task:${n}`, 'queued');
    await many.exec();
  });

describe('a Redis that restarts', () => {
  /** Only a server that has lived for whole seconds can be seen to begin anew. */
  const hasLived = (watcher: Watcher) =>
    expect.poll(async () => (await watcher.look()).said('redis.uptime_seconds'), PATIENCE).toBeGreaterThan(1);

  it('without its data is found, also across looks while it was down, and what is lost is told by role', async () => {
    const port = await freePort();
    const first = await servers.valkey({ name: 'lost-1', port, password: PASSWORD });
    const watcher = new Watcher(first, { roles: ['work', 'streams'] });
    await work(first);
    await hasLived(watcher);
    expect((await watcher.look()).said('redis.restarted')).toBe(0);

    await first.process.stop();
    const down = await watcher.look();
    expect(down.finding('redis-down')?.severity).toBe('critical');
    expect(down.said('redis.restarted')).toBe('refused');

    await servers.valkey({ name: 'lost-2', port, password: PASSWORD });
    const back = await watcher.look();
    expect(back.said('redis.restarted')).toBe(1);
    expect(back.said('redis.keys.loaded_at_start')).toBe(0);
    const finding = back.finding('redis-restarted-empty');
    expect(finding?.severity).toBe('critical');
    const told = finding?.evidence.map((e) => e.text).join('\n');
    expect(told).toContain('role work: background tasks queued or under way are lost');
    expect(told).toContain('role streams: events not processed yet are lost');
    expect(back.finding('redis-down')).toBeUndefined();

    const later = await watcher.look();
    expect(later.said('redis.restarted')).toBe(0);
    expect(later.finding('redis-restarted-empty')?.severity).toBe('critical');
  });

  it('with its data is no finding', async () => {
    const port = await freePort();
    const first = await servers.valkey({ name: 'kept', port, password: PASSWORD });
    const watcher = new Watcher(first);
    await work(first);
    await hasLived(watcher);
    await asClient(first, (client) => client.save());
    await first.process.stop();

    await servers.valkey({ name: 'kept', port, password: PASSWORD });
    const back = await watcher.look();
    expect(back.said('redis.restarted')).toBe(1);
    expect(back.said('redis.keys.loaded_at_start')).toBe(300);
    expect(back.finding('redis-restarted-empty')).toBeUndefined();
  });

  it('with an append-only file is judged by the keys that are there', async () => {
    const port = await freePort();
    const options = { name: 'appended', port, password: PASSWORD, settings: { appendonly: 'yes' } };
    const first = await servers.valkey(options);
    const watcher = new Watcher(first);
    await work(first);
    await hasLived(watcher);
    await first.process.stop();

    await servers.valkey(options);
    const back = await watcher.look();
    expect(back.said('redis.restarted')).toBe(1);
    expect(back.said('redis.keys.loaded_at_start')).toBe('missing');
    expect(back.said('redis.keys')).toBe(300);
    expect(back.finding('redis-restarted-empty')).toBeUndefined();
  });
});

describe('a Redis that is flushed', () => {
  it('is found once, with what is lost', async () => {
    const server = await servers.valkey({ name: 'flushed' });
    const watcher = new Watcher(server);
    await work(server);
    expect((await watcher.look()).said('redis.keys')).toBe(300);
    await asClient(server, (client) => client.flushall());
    const flushed = await watcher.look();
    expect(flushed.said('redis.keys')).toBe(0);
    expect(flushed.finding('redis-flushed')?.severity).toBe('critical');
    expect(flushed.finding('redis-restarted-empty')).toBeUndefined();
    expect((await watcher.look()).finding('redis-flushed')).toBeUndefined();
  });
});

describe('a Redis that cannot save', () => {
  it('is found, with the writes it refuses for it, until it can', async () => {
    const server = await servers.valkey({ name: 'unsaved', settings: { save: '3600 1' } });
    const watcher = new Watcher(server);
    expect((await watcher.look()).said('redis.persistence.failing')).toBe(0);
    const folder = await asClient(server, async (client) => {
      const [, dir] = (await client.config('GET', 'dir')) as readonly string[];
      return dir ?? '';
    });
    // A folder under the name of the dump cannot be replaced by a file.
    const inTheWay = join(folder, 'dump.rdb');
    await mkdir(inTheWay);
    await asClient(server, (client) => client.bgsave());
    const failing = async () => (await watcher.look()).finding('redis-persistence-failing')?.severity;
    await expect.poll(failing, PATIENCE).toBe('warning');
    // Such a server refuses PING too, and is up for all that.
    expect(await asClient(server, (client) => replyOf(client.ping()))).toMatch(/^MISCONF/);
    expect((await watcher.look()).said('redis.up')).toBe(1);

    expect(await asClient(server, (client) => replyOf(client.set('a', '1')))).toMatch(/^MISCONF/);
    const refusing = (await watcher.look()).finding('redis-refusing-writes');
    expect(refusing?.evidence[0]?.text).toContain('the last save to disk failed');

    await rmdir(inTheWay);
    await asClient(server, (client) => client.bgsave());
    await expect.poll(failing, PATIENCE).toBeUndefined();
    expect((await watcher.look()).finding('redis-refusing-writes')).toBeUndefined();
  });
});

describe('a Redis with a replica', () => {
  it('tells its lag; the replica that loses it is found, and so are writes that go to it', async () => {
    const port = await freePort();
    const master = await servers.valkey({ name: 'master', port, password: PASSWORD });
    const replica = await servers.valkey({
      name: 'replica',
      password: PASSWORD,
      settings: { replicaof: `127.0.0.1 ${port}`, masterauth: PASSWORD },
    });
    const ofMaster = new Watcher(master);
    const ofReplica = new Watcher(replica);
    const link = async () => (await ofReplica.look()).said('redis.replication.link_up');
    await expect.poll(link, PATIENCE).toBe(1);

    const onMaster = async () => (await ofMaster.look()).said('redis.replicas.lag_bytes');
    await expect.poll(onMaster, PATIENCE).toBe(0);
    const asSeenByMaster = await ofMaster.look();
    expect(asSeenByMaster.facts.role).toBe('master');
    expect(asSeenByMaster.said('redis.replicas')).toBe(1);
    expect(asSeenByMaster.said('redis.replicas.lag_seconds')).toBeLessThan(5);
    expect(asSeenByMaster.said('redis.replication.link_up')).toBe('not-configured');
    const asReplica = await ofReplica.look();
    expect(asReplica.facts.role).toBe('replica');
    expect(asReplica.said('redis.replication.silent_seconds')).toBeLessThan(15);
    expect(asReplica.finding('redis-replica-link-down')).toBeUndefined();

    expect(await asClient(replica, (client) => replyOf(client.set('a', '1')))).toMatch(/^READONLY/);
    expect((await ofReplica.look()).finding('redis-refusing-writes')?.evidence[0]?.text).toContain(
      'is a replica',
    );

    await master.process.stop();
    const lost = async () => (await ofReplica.look()).finding('redis-replica-link-down')?.severity;
    await expect.poll(lost, PATIENCE).toBe('warning');
    expect((await ofReplica.look()).said('redis.replication.silent_seconds')).toBeTypeOf('number');

    await servers.valkey({ name: 'master-again', port, password: PASSWORD });
    await expect.poll(lost, PATIENCE).toBeUndefined();
  });
});
