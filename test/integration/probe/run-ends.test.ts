import { describe, expect, it } from 'vitest';
import type { RedisTarget } from '../../../lib/config/targets.ts';
import { playedDocket } from './played-docket.ts';
import { said } from './visit.ts';

// What a real worker publishes, test/integration/services.test.ts hears.
const docket = await playedDocket('run-ends-valkey');
const { redis } = docket;

const LATE = 'monitor_late_runs';
const CHANNEL = `prefect:state:${LATE}`;
const PATIENCE = { timeout: 5_000, interval: 10 };

const look = (change: Partial<RedisTarget> = {}) => docket.look({ listenSeconds: 3, ...change });

/** One look, during which a worker publishes as soon as somebody listens. */
async function lookWhile(messages: readonly (object | string)[], channel = CHANNEL) {
  const looking = look();
  const listeners = async () => (await redis.pubsub('NUMSUB', channel))[1];
  await expect.poll(listeners, PATIENCE).toBe(1);
  for (const message of messages)
    await redis.publish(channel, typeof message === 'string' ? message : JSON.stringify(message));
  return looking;
}
const at = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();
const state = (name: string, more: object) => ({ type: 'state', key: LATE, state: name, ...more });
const seconds = () => Date.now() / 1000;

const liveWorker = (docket = 'prefect') =>
  redis.zadd(`${docket}:task-workers:${LATE}`, seconds(), 'services#1');
const due = (inSeconds: number, docket = 'prefect') =>
  redis.zadd(`${docket}:queue`, seconds() + inSeconds, LATE);

describe('the end of a run', () => {
  it('tells how long it took, from the beginning that was heard', async () => {
    await liveWorker();
    await due(0.5);
    const report = await lookWhile([
      state('queued', {}),
      state('running', { started_at: '2026-11-21T08:00:00.000001+00:00' }),
      state('completed', { completed_at: '2026-11-21T08:00:00.142001+00:00' }),
    ]);
    expect(report.errors).toEqual([]);
    expect(said(report, 'redis.perpetual.duration_ms', LATE)).toBeCloseTo(142, 0);
    expect(said(report, 'redis.perpetual.raised', LATE)).toBe(0);
    expect(report.facts.service_errors).toEqual({});
  });

  it('tells how long it took of a run that had begun before, in the docket it runs in', async () => {
    await liveWorker('prefect-server');
    const started_at = at(-9_000);
    await redis.xgroup('CREATE', 'prefect-server:stream', 'docket-workers', '0', 'MKSTREAM');
    await redis.hset(`prefect-server:runs:${LATE}`, { state: 'running', started_at });
    const completed_at = new Date(Date.parse(started_at) + 10_014).toISOString();
    const error = 'TimeoutError: postgresql://prefect:hunter2@db/prefect\u001b[31m';
    const report = await lookWhile(
      [state('failed', { completed_at, error })],
      `prefect-server:state:${LATE}`,
    );
    expect(said(report, 'redis.perpetual.duration_ms', LATE)).toBeCloseTo(10_014, 0);
    expect(said(report, 'redis.perpetual.raised', LATE)).toBe(1);
    expect(report.facts.service_errors).toEqual({
      [LATE]: 'TimeoutError: postgresql://…@db/prefect [31m',
    });
  });

  it('is not told of a run whose beginning nobody heard, nor by a message that is none of docket’s', async () => {
    await liveWorker();
    await due(0.5);
    const report = await lookWhile([
      'no JSON at all',
      '"running"',
      state('running', { started_at: 'yesterday' }),
      state('completed', { completed_at: at(0) }),
      state('running', { started_at: at(5_000) }),
      state('completed', { completed_at: at(0) }),
    ]);
    expect(said(report, 'redis.perpetual.duration_ms')).toBe('no-traffic');
    expect(said(report, 'redis.perpetual.raised')).toBe('no-traffic');
    expect(report.errors).toEqual([]);
  });

  it.each([
    ['nothing is due', () => due(60)],
    ['what is due has no worker', async () => due(0.5)],
    ['what was due long ago nobody starts', async () => [await liveWorker(), await due(-30)]],
  ])('is not waited for where %s', async (_, prepare) => {
    await prepare();
    const report = await look();
    expect(said(report, 'redis.perpetual.duration_ms')).toBe('no-traffic');
    const [, connections = ''] = /cmdstat_subscribe:calls=(\d+)/.exec(await redis.info('commandstats')) ?? [];
    await look();
    const [, after = ''] = /cmdstat_subscribe:calls=(\d+)/.exec(await redis.info('commandstats')) ?? [];
    expect(after).toBe(connections);
  });

  it('is not waited for where nobody is to listen, or where no docket may be', async () => {
    await liveWorker();
    await due(0.5);
    for (const change of [{ listenSeconds: 0 }, { roles: ['cache'] as const }]) {
      const report = await look({ ...change, roles: [...(change.roles ?? ['work' as const])] });
      expect(said(report, 'redis.perpetual.duration_ms')).toBe('not-configured');
    }
  });

  it('leaves no connection behind, and costs only itself where the user may not listen', async () => {
    await redis.call('ACL', 'SETUSER', 'default', 'resetchannels');
    await liveWorker();
    await due(0.5);
    try {
      const report = await look();
      expect(said(report, 'redis.perpetual.duration_ms')).toBe('permission');
      expect(said(report, 'redis.perpetual.workers', LATE)).toBe(1);
      expect(report.errors.map((e) => e.collector)).toEqual(['ends of runs']);
    } finally {
      await redis.call('ACL', 'SETUSER', 'default', 'allchannels');
    }
    const clients = async () =>
      String(await redis.client('LIST'))
        .split('\n')
        .filter((l) => l.includes('prefect-vitals'));
    await expect.poll(clients, PATIENCE).toEqual([]);
  });
});
