import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ValkeyServer } from '../../../local/parts/valkey.ts';
import { ownServers } from '../probe/servers.ts';
import { asClient, Watcher } from './watcher.ts';

/** A Redis on which this file plays the services of Customer-Managed Prefect. */
let server: ValkeyServer;
const QUEUE = 'arq:queue';

const MANAGED = { kind: 'customer-managed' } as const;
const work = () => new Watcher(server, { ...MANAGED, roles: ['work'] });
const streams = (streamNames: readonly string[] = []) =>
  new Watcher(server, { ...MANAGED, roles: ['streams'], streamNames });

/** Puts jobs into the queue as ARQ does: due so many seconds ago. */
const enqueue = (count: number, secondsAgo: number) =>
  asClient(server, async (client) => {
    const due = Date.now() - secondsAgo * 1000;
    const jobs = Array.from({ length: count }, (_, n) => [due + n, `${secondsAgo}-${n}`]);
    await client.zadd(QUEUE, ...jobs.flat());
  });

beforeAll(async () => {
  server = await (await ownServers()).valkey({ name: 'work-valkey' });
});
beforeEach(() => asClient(server, (client) => client.flushall()));

describe('an ARQ queue', () => {
  it('tells jobs that are due from those that are not, and for how long the first is', async () => {
    await enqueue(3, 90);
    await enqueue(2, -3600);
    const seen = await work().look();
    expect(seen.errors).toEqual([]);
    expect([seen.said('redis.arq.jobs', QUEUE), seen.said('redis.arq.due', QUEUE)]).toEqual([5, 3]);
    expect(seen.said('redis.arq.oldest_due_seconds', QUEUE)).toBeGreaterThanOrEqual(90);
    expect(seen.said('redis.arq.oldest_due_seconds', QUEUE)).toBeLessThan(150);
  });

  it('whose jobs are all of the future has none that waits', async () => {
    await enqueue(2, -3600);
    const seen = await work().look();
    expect([seen.said('redis.arq.due', QUEUE), seen.said('redis.arq.oldest_due_seconds', QUEUE)]).toEqual([
      0, 0,
    ]);
  });

  it('that has no key is empty where a worker shows itself, and else nobody knows', async () => {
    expect((await work().look()).said('redis.arq.due', QUEUE)).toBe('missing');
    await asClient(server, (client) => client.psetex(`${QUEUE}:health-check`, 60_000, 'j_complete=0'));
    expect((await work().look()).said('redis.arq.due', QUEUE)).toBe(0);
  });

  it('is found when it grows and its first job waits, until it shrinks', async () => {
    const watcher = work();
    await enqueue(300, 120);
    expect((await watcher.look()).finding('work-queue-growing')).toBeUndefined();
    await enqueue(50, 100);
    const found = (await watcher.look()).finding('work-queue-growing');
    expect(found?.severity).toBe('warning');
    expect(found?.evidence[0]?.text).toMatch(
      /^queue arq:queue: 350 jobs are due, \d+ more each minute; the first for (2 min|12\d s)$/,
    );
    expect(found?.remedy.at(-1)?.command).toBe('redis-cli ZRANGE arq:queue 0 9 WITHSCORES');
    await asClient(server, (client) => client.zpopmin(QUEUE, 10));
    expect((await watcher.look()).finding('work-queue-growing')).toBeUndefined();
  });

  it('that a burst of new jobs made long is no finding', async () => {
    const watcher = work();
    await enqueue(1, 25);
    await watcher.look();
    await enqueue(3000, 20);
    const seen = await watcher.look();
    expect(seen.said('redis.arq.due', QUEUE)).toBe(3001);
    expect(seen.finding('work-queue-growing')).toBeUndefined();
  });

  it('is not looked for in an open-source installation that names none', async () => {
    const seen = await new Watcher(server, { roles: ['work', 'streams'] }).look();
    expect(seen.said('redis.arq.due')).toBe('not-configured');
    expect(seen.said('redis.streams.found')).toBe('not-configured');
  });
});

describe('streams of any name', () => {
  const add = (stream: string, count: number) =>
    asClient(server, async (client) => {
      const adding = client.pipeline();
      for (let n = 0; n < count; n++) adding.xadd(stream, '*', 'data', 'secret');
      await adding.exec();
    });
  const group = (stream: string, name: string) =>
    asClient(server, (client) => client.xgroup('CREATE', stream, name, '0', 'MKSTREAM'));
  const read = (stream: string, name: string, count: number) =>
    asClient(server, (client) =>
      client.xreadgroup('GROUP', name, 'consumer', 'COUNT', count, 'STREAMS', stream, '>'),
    );
  const fill = (keys: number) =>
    asClient(server, async (client) => {
      for (let begin = 0; begin < keys; begin += 5000) {
        const some = Array.from({ length: 5000 }, (_, n) => [`key:${begin + n}`, '']);
        await client.mset(...some.flat());
      }
    });

  it('are found, with what each of their groups has before it', async () => {
    await add('actions-triggered', 7);
    await group('actions-triggered', 'actions');
    await group('actions-triggered', 'ladler');
    await read('actions-triggered', 'ladler', 4);
    await group('idle', 'actions');
    await fill(5000);
    const seen = await streams().look();
    expect(seen.errors).toEqual([]);
    expect(seen.facts.streams).toEqual({ found: 2, partial: false });
    expect(seen.said('redis.streams.length', 'actions-triggered')).toBe(7);
    expect(seen.said('redis.streams.group_lag', 'actions-triggered/actions')).toBe(7);
    expect(seen.said('redis.streams.group_lag', 'actions-triggered/ladler')).toBe(3);
    expect(seen.said('redis.streams.group_pending', 'actions-triggered/ladler')).toBe(4);
    expect(
      seen.said('redis.streams.group_oldest_pending_seconds', 'actions-triggered/ladler'),
    ).toBeGreaterThan(0);
    expect(seen.said('redis.streams.group_lag', 'idle/actions')).toBe(0);
    expect(seen.said('redis.streams.largest_lag')).toBe(7);
    expect(JSON.stringify(seen)).not.toContain('secret');
  });

  it("that are docket's or Prefect's own are left to those who know what they mean", async () => {
    await add('prefect:stream', 1);
    await add('events', 1);
    expect((await streams().look()).said('redis.streams.found')).toBe(0);
  });

  it('are looked for among so many keys and no more, which is told; a named one is found all the same', async () => {
    await fill(200_000);
    for (let n = 0; n < 40; n++) await add(`stream-${n}`, 1);
    const seen = await streams(['stream-7']).look();
    expect(seen.facts.streams).toMatchObject({ partial: true });
    expect(seen.said('redis.streams.length', 'stream-7')).toBe(1);
    expect(seen.said('redis.streams.found')).toBeLessThan(40);
  });

  it('are bounded in number, and so are their names', async () => {
    const long = 'n'.repeat(5000);
    for (let n = 0; n < 130; n++) await group(`${n}-\u202e-${long}`, `group-\u0007-${long}`);
    const seen = await streams().look();
    expect(seen.facts.streams).toEqual({ found: 100, partial: true });
    const report = JSON.stringify(seen);
    expect(report).not.toMatch(/\\u202e|\u202e|\\u0007/);
    expect(report).not.toContain('n'.repeat(61));
  });

  it('that is no stream, although it is named as one, costs these values and nothing else', async () => {
    await asClient(server, (client) => client.set('text', 'x'));
    const seen = await streams(['text']).look();
    expect(seen.errors).toEqual(['streams: invalid']);
    expect(seen.said('redis.streams.found')).toBe('invalid');
    expect(seen.said('redis.up')).toBe(1);
  });

  it('are found to lag when they go on falling behind', async () => {
    const watcher = streams();
    await group('triggers', 'reactive');
    await add('triggers', 1500);
    expect((await watcher.look()).finding('stream-group-lagging')).toBeUndefined();
    await add('triggers', 10);
    const found = (await watcher.look()).finding('stream-group-lagging');
    expect(found?.severity).toBe('warning');
    expect(found?.evidence[0]?.text).toMatch(
      /^triggers\/reactive: 1510 messages wait, \d+ more each minute$/,
    );
    expect(found?.remedy[0]?.command).toBe('redis-cli XINFO GROUPS triggers');
    await read('triggers', 'reactive', 400);
    expect((await watcher.look()).finding('stream-group-lagging')).toBeUndefined();
  });
});
