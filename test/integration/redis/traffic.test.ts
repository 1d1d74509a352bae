import { Redis } from 'ioredis';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ValkeyServer } from '../../../local/parts/valkey.ts';
import { ownServers } from '../probe/servers.ts';
import { asClient, replyOf, Watcher } from './watcher.ts';

let server: ValkeyServer;
const set = (name: string, value: string) => asClient(server, (client) => client.config('SET', name, value));

const PATIENCE = { timeout: 60_000 };

const DEFAULTS = {
  maxclients: '1000',
  maxmemory: '256mb',
  'maxmemory-policy': 'noeviction',
  'slowlog-log-slower-than': '10000',
} as const;

beforeAll(async () => {
  server = await (await ownServers()).valkey();
});

afterEach(async () => {
  for (const [name, value] of Object.entries(DEFAULTS)) await set(name, value);
  await asClient(server, (client) => client.flushall());
});

/** Holds so many more connections open while something is done. */
async function withClients<T>(count: number, work: () => Promise<T>): Promise<T> {
  const clients = Array.from({ length: count }, () => {
    const client = new Redis({ ...server, lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined); // refused ones are what some tests are about
    return client;
  });
  try {
    await Promise.allSettled(clients.map((client) => client.connect()));
    return await work();
  } finally {
    for (const client of clients) client.disconnect();
  }
}

describe('the memory of a Redis', () => {
  it('is a hint when Prefect asks for more, which it does of a Customer-Managed installation', async () => {
    await set('maxmemory', '256mb');
    const small = await new Watcher(server, { kind: 'customer-managed' }).look();
    expect(small.finding('redis-below-minimum-size')?.evidence[0]?.text).toContain('should have 2');
    expect((await new Watcher(server).look()).finding('redis-below-minimum-size')).toBeUndefined();
    await set('maxmemory', '2gb');
    const large = await new Watcher(server, { kind: 'customer-managed' }).look();
    expect(large.finding('redis-below-minimum-size')).toBeUndefined();
  });
});

describe('the clients of a Redis', () => {
  it('are told as a share of the limit, and found when they come near it', async () => {
    const watcher = new Watcher(server);
    await set('maxclients', '20');
    const crowded = await withClients(18, () => watcher.look());
    expect(crowded.said('redis.clients.used_percent')).toBeGreaterThanOrEqual(90);
    expect(crowded.finding('redis-clients-high')?.severity).toBe('critical');
    await expect.poll(async () => (await watcher.look()).finding('redis-clients-high')).toBeUndefined();
  });

  it('are counted while they wait', async () => {
    const watcher = new Watcher(server);
    const waiting = new Redis(server);
    const popped = replyOf(waiting.blpop('nothing-comes', 0));
    try {
      await expect.poll(async () => (await watcher.look()).said('redis.clients.blocked')).toBe(1);
    } finally {
      waiting.disconnect();
    }
    expect(await popped).toContain('closed');
  });

  it('that are turned away are counted and found, until nobody is', async () => {
    const watcher = new Watcher(server);
    await watcher.look();
    await set('maxclients', '2');
    await withClients(6, async () => undefined);
    await set('maxclients', '1000');
    const after = await watcher.look();
    expect(after.said('redis.connections.rejected_per_minute')).toBeGreaterThan(0);
    expect(after.finding('redis-rejecting-connections')?.severity).toBe('critical');
    expect((await watcher.look()).finding('redis-rejecting-connections')).toBeUndefined();
  });
});

describe('the work of a Redis', () => {
  it('is told in commands a second', async () => {
    const watcher = new Watcher(server);
    expect((await watcher.look()).said('redis.commands_per_second')).toBe('needs-two-probes');
    await asClient(server, async (client) => {
      for (let n = 0; n < 500; n++) await client.incr('counter');
    });
    expect((await watcher.look()).said('redis.commands_per_second')).toBeGreaterThan(10);
  });

  it('that keeps its core busy is found where streams live', async () => {
    // What else this machine does leaves an unknown share of a core: the threshold is low, and asked for patiently.
    const findings = { 'redis-cpu-high-streams': { warning: 15, critical: 1000 } };
    const watcher = new Watcher(server, { roles: ['streams'], findings });
    const found = async () => (await watcher.look()).finding('redis-cpu-high-streams')?.evidence[0]?.text;
    const foundAfterWork = async () => {
      await asClient(server, (client) => client.call('EVAL', 'for i = 1, 30000000 do end', '0'));
      return found();
    };
    await expect.poll(foundAfterWork, PATIENCE).toMatch(/^\d+ % of one core in use$/);
    await expect.poll(found, { ...PATIENCE, interval: 500 }).toBeUndefined();
  });

  it('that is slow is counted, and its commands named without what they were given', async () => {
    const watcher = new Watcher(server);
    const before = Number((await watcher.look()).said('redis.slow_commands'));
    await set('slowlog-log-slower-than', '0');
    await asClient(server, (client) => client.set('session:of-a-user', 'a-secret-value'));
    await set('slowlog-log-slower-than', '10000');
    const after = await watcher.look();
    expect(Number(after.said('redis.slow_commands')) - before).toBeGreaterThanOrEqual(1);
    expect(after.said('redis.slow_commands_per_minute')).toBeGreaterThan(0);
    const commands = (after.facts.slow_commands as readonly { readonly command: string }[]).map(
      (c) => c.command,
    );
    expect(commands).toContain('SET');
    expect(JSON.stringify(after.facts)).not.toMatch(/a-secret-value|of-a-user/);
    expect((await watcher.look()).said('redis.slow_commands_per_minute')).toBe(0);
  });
});

describe('the look-ups of a cache', () => {
  const lookUp = (hits: number, misses: number) =>
    asClient(server, async (client) => {
      await client.set('present', '1');
      const many = client.pipeline();
      for (let n = 0; n < hits; n++) many.get('present');
      for (let n = 0; n < misses; n++) many.get(`absent:${n}`);
      await many.exec();
    });

  it('that mostly find nothing are found, until they do', async () => {
    const watcher = new Watcher(server, { roles: ['cache'] });
    await watcher.look();
    await lookUp(100, 900);
    const cold = await watcher.look();
    expect(cold.said('redis.keyspace.hit_ratio_percent')).toBe(10);
    expect(cold.finding('redis-hit-ratio-low-cache')?.severity).toBe('warning');
    await lookUp(900, 100);
    expect((await watcher.look()).finding('redis-hit-ratio-low-cache')).toBeUndefined();
  });
});

describe('a full Redis', () => {
  const fill = () =>
    asClient(server, async (client) => {
      const replies = [];
      for (let n = 0; n < 40; n++)
        replies.push(await replyOf(client.set(`ballast:${n}`, Buffer.alloc(2 ** 18))));
      return replies;
    });

  it('that may not evict refuses writes, which is found until it has room', async () => {
    const watcher = new Watcher(server);
    await watcher.look();
    await set('maxmemory', '4mb');
    expect((await fill()).at(-1)).toMatch(/^OOM/);
    const full = await watcher.look();
    expect(full.said('redis.writes_refused_per_minute', 'OOM')).toBeGreaterThan(0);
    expect(full.said('redis.writes_refused_per_minute', 'READONLY')).toBe(0);
    expect(full.finding('redis-refusing-writes')?.severity).toBe('critical');
    expect(full.finding('redis-evicting')).toBeUndefined();
    expect((await watcher.look()).finding('redis-refusing-writes')).toBeUndefined();
  });

  it('that may evict does, which is found by what lives there', async () => {
    const work = new Watcher(server, { roles: ['work'] });
    const cache = new Watcher(server, { roles: ['cache'] });
    await Promise.all([work.look(), cache.look()]);
    await set('maxmemory', '4mb');
    await set('maxmemory-policy', 'allkeys-lru');
    expect((await fill()).at(-1)).toBe('accepted');
    const [ofWork, ofCache] = await Promise.all([work.look(), cache.look()]);
    expect(ofWork.finding('redis-evicting')?.severity).toBe('critical');
    expect(ofWork.finding('redis-evicting')?.evidence[0]?.text).toContain('the policy is allkeys-lru');
    expect(ofCache.finding('redis-evicting')?.severity).toBe('warning');
    expect((await work.look()).finding('redis-evicting')).toBeUndefined();
  });

  it('is warned of by its policy where work lives, and only there', async () => {
    const work = new Watcher(server, { roles: ['work'] });
    expect((await work.look()).finding('redis-eviction-policy')).toBeUndefined();
    await set('maxmemory-policy', 'volatile-lru');
    expect((await work.look()).finding('redis-eviction-policy')?.severity).toBe('info');
    const cache = await new Watcher(server, { roles: ['cache'] }).look();
    expect(cache.finding('redis-eviction-policy')).toBeUndefined();
  });
});
