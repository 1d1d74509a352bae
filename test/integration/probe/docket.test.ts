import { beforeEach, describe, expect, it } from 'vitest';
import { playedDocket } from './played-docket.ts';
import { said } from './visit.ts';

const { redis, look } = await playedDocket('docket-valkey');

const seconds = () => Date.now() / 1000;

describe('a docket', () => {
  it('tells tasks that are ready, running, queued and overdue apart', async () => {
    for (let n = 0; n < 5; n++) await redis.xadd('prefect:stream', `1000-${n + 1}`, 'key', `task-${n}`);
    await redis.xgroup('CREATE', 'prefect:stream', 'docket-workers', '0');
    await redis.xreadgroup('GROUP', 'docket-workers', 'w', 'COUNT', 2, 'STREAMS', 'prefect:stream', '>');
    await redis.zadd(
      'prefect:queue',
      seconds() - 60,
      'late',
      seconds() + 60,
      'soon',
      seconds() + 90,
      'later',
    );
    await redis.zadd('prefect:workers', seconds() - 11, 'dead', seconds() - 5, 'alive');
    const report = await look();
    expect(report.errors).toEqual([]);
    const of = (name: string) => said(report, `redis.docket.${name}`, 'prefect');
    expect([of('ready'), of('running'), of('queued'), of('overdue'), of('backlog'), of('workers')]).toEqual([
      3, 2, 2, 1, 4, 1,
    ]);
    expect(of('oldest_ready_seconds')).toBeGreaterThan(1e9);
    expect(of('heartbeat_age_seconds')).toBeGreaterThanOrEqual(5);
    expect(of('heartbeat_age_seconds')).toBeLessThan(11);
  });

  it('that is not there is missing, and has no worker', async () => {
    const report = await look();
    for (const name of ['prefect', 'prefect-server']) {
      expect(said(report, 'redis.docket.ready', name)).toBe('missing');
      expect(said(report, 'redis.docket.workers', name)).toBe(0);
    }
    expect(said(report, 'redis.perpetual.last_start_age_seconds', 'monitor_late_runs')).toBe('missing');
    expect(said(report, 'redis.consumer.present', 'event-persister')).toBe(0);
    expect(said(report, 'redis.stream.length', 'events')).toBe('missing');
    expect(said(report, 'redis.dead_letters')).toBe(0);
  });

  it('is looked for under the names that are configured', async () => {
    await redis.zadd('own:workers', seconds(), 'w');
    const report = await look({ docketNames: ['own'] });
    expect(said(report, 'redis.docket.workers', 'own')).toBe(1);
    expect(said(report, 'redis.docket.workers', 'prefect')).toBeUndefined();
  });

  it('is not looked for in a Redis that is only a cache', async () => {
    const report = await look({ roles: ['cache'] });
    for (const signal of ['redis.docket.workers', 'redis.perpetual.workers', 'redis.consumer.present']) {
      expect(said(report, signal)).toBe('not-configured');
    }
    expect(report.errors).toEqual([]);
  });
});

describe('a periodic service', () => {
  const perpetual = async (name: string) =>
    said(await look(), `redis.perpetual.${name}`, 'monitor_late_runs');
  const hash = async (fields: Readonly<Record<string, string>>, docket = 'prefect') => {
    await redis.xgroup('CREATE', `${docket}:stream`, 'docket-workers', '0', 'MKSTREAM');
    await redis.hset(`${docket}:runs:monitor_late_runs`, fields);
  };
  const ago = (by: number) => new Date(Date.now() - by * 1000).toISOString();

  it('that hangs in a run says for how long, and when it was due', async () => {
    await hash({ state: 'running', started_at: ago(100), when: String(seconds() - 101), generation: '7' });
    const report = await look();
    const of = (name: string) => Number(said(report, `redis.perpetual.${name}`, 'monitor_late_runs'));
    expect(of('running_seconds')).toBeCloseTo(100, -1);
    expect(of('last_start_age_seconds')).toBeCloseTo(100, -1);
    expect(of('next_due_seconds')).toBeCloseTo(-101, -1);
    expect([of('generation'), of('workers')]).toEqual([7, 0]);
  });

  it('of an older docket, which forgets its start, is known by its place in the queue', async () => {
    await redis.zadd('prefect:queue', seconds() + 3, 'monitor_late_runs');
    expect(await perpetual('last_start_age_seconds')).toBe('missing');
    expect(await perpetual('generation')).toBe('missing');
    expect(Number(await perpetual('next_due_seconds'))).toBeCloseTo(3, 0);
  });

  it('that two dockets know is the one that began last', async () => {
    await hash({
      state: 'scheduled',
      started_at: ago(9000),
      when: String(seconds() - 8000),
      generation: '900',
    });
    await hash(
      { state: 'scheduled', started_at: ago(2), when: String(seconds() + 3), generation: '4' },
      'prefect-server',
    );
    expect(await perpetual('generation')).toBe(4);
  });
});

describe('a consumer group', () => {
  const persister = async (name: string) => said(await look(), `redis.consumer.${name}`, 'event-persister');
  const add = async (count: number) => {
    const ids: string[] = [];
    for (let n = 0; n < count; n++) ids.push((await redis.xadd('events', '*', 'data', 'secret')) ?? '');
    return ids;
  };
  const read = (count: number) =>
    redis.xreadgroup('GROUP', 'event-persister', 'c', 'COUNT', count, 'STREAMS', 'events', '>');

  beforeEach(async () => {
    await redis.xgroup('CREATE', 'events', 'event-persister', '0', 'MKSTREAM');
  });

  it('says what it was not given and what it has not confirmed', async () => {
    await add(5);
    await read(2);
    const report = await look();
    const of = (name: string) => said(report, `redis.consumer.${name}`, 'event-persister');
    expect([of('present'), of('lag'), of('pending')]).toEqual([1, 3, 2]);
    expect(of('oldest_pending_seconds')).toBeGreaterThan(0);
    expect(of('idle_seconds')).toBeLessThan(60);
    expect(said(report, 'redis.consumer.present', 'task-run-recorder')).toBe(0);
    expect(said(report, 'redis.consumer.lag', 'task-run-recorder')).toBe('missing');
    expect(JSON.stringify(report)).not.toContain('secret');
  });

  it('without any consumer is idle for nobody knows how long', async () => {
    expect(await persister('idle_seconds')).toBe('missing');
  });

  it('whose lag the server lost is known to be behind nothing, or not known', async () => {
    const [, second = '', , last = ''] = await add(4);
    await redis.xdel('events', second);
    await redis.xgroup('SETID', 'events', 'event-persister', last);
    expect(await persister('lag')).toBe(0);
    await redis.xgroup('SETID', 'events', 'event-persister', '0-1');
    expect(await persister('lag')).toBe('missing');
  });
});
