import { Redis } from 'ioredis';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RedisTarget } from '../../../lib/config/targets.ts';
import { freePort } from '../../../local/parts/loopback.ts';
import { signalGroup } from '../../../local/parts/process.ts';
import type { ValkeyServer } from '../../../local/parts/valkey.ts';
import { ownServers } from './servers.ts';
import { said, visit } from './visit.ts';

let server: ValkeyServer;
const PASSWORD = 'a-password-that-must-not-be-repeated';

const targetOf = (change: Partial<RedisTarget> = {}): RedisTarget => ({
  kind: 'redis',
  id: 'redis/main',
  name: 'main',
  roles: ['cache', 'work', 'streams'],
  host: server.host,
  port: server.port,
  database: 0,
  docketNames: ['prefect', 'prefect-server'],
  password: { from: 'environment', variable: 'TEST_REDIS_PASSWORD' },
  tls: { mode: 'off' },
  ...change,
});

async function asClient<T>(work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ host: server.host, port: server.port, password: PASSWORD });
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

beforeAll(async () => {
  process.env.TEST_REDIS_PASSWORD = PASSWORD;
  process.env.TEST_WRONG_PASSWORD = 'not-the-password';
  server = await (await ownServers()).valkey({ password: PASSWORD, settings: { maxmemory: '64mb' } });
});

describe('a probe of Redis', () => {
  it('says that it is up, how fast, and what it is', async () => {
    const report = await visit(targetOf());
    expect(report.errors).toEqual([]);
    expect(said(report, 'redis.up')).toBe(1);
    expect(said(report, 'redis.ping_ms')).toBeGreaterThan(0);
    expect(report.facts).toMatchObject({
      version: '9.1.2',
      software: 'valkey',
      maxmemory_policy: 'noeviction',
    });
  });

  it('sees memory grow against its limit', async () => {
    const before = await visit(targetOf());
    await asClient((client) => client.set('ballast', Buffer.alloc(16 * 1024 * 1024)));
    const after = await visit(targetOf());
    await asClient((client) => client.del('ballast'));
    expect(said(after, 'redis.memory.limit_bytes')).toBe(64 * 1024 * 1024);
    expect(
      Number(said(after, 'redis.memory.used_bytes')) - Number(said(before, 'redis.memory.used_bytes')),
    ).toBeGreaterThan(16 * 1024 * 1024);
    expect(said(after, 'redis.memory.used_percent')).toBeGreaterThan(25);
  });

  it('has no share of a limit that is not set', async () => {
    await asClient((client) => client.config('SET', 'maxmemory', '0'));
    const report = await visit(targetOf());
    await asClient((client) => client.config('SET', 'maxmemory', '64mb'));
    expect(said(report, 'redis.memory.used_percent')).toBe('not-configured');
    expect(said(report, 'redis.memory.used_bytes')).toBeGreaterThan(0);
  });

  it('counts clients, and key look-ups that hit and miss', async () => {
    // In other roles the probe looks up keys of its own, which count as well.
    const cache = targetOf({ roles: ['cache'] });
    const before = await visit(cache);
    const after = await asClient(async (client) => {
      await client.set('here', '1');
      await client.get('here');
      await client.get('nowhere');
      return visit(cache);
    });
    const gained = (signal: string) => Number(said(after, signal)) - Number(said(before, signal));
    expect(gained('redis.keyspace.hits')).toBe(1);
    expect(gained('redis.keyspace.misses')).toBe(1);
    expect(gained('redis.clients')).toBe(1);
    expect(said(after, 'redis.clients.limit')).toBeGreaterThan(100);
    expect(said(after, 'redis.cpu.seconds')).toBeGreaterThan(0);
  });

  it('leaves no connection behind', async () => {
    const clients = () =>
      asClient(
        async (client) =>
          String(await client.client('LIST'))
            .trim()
            .split('\n').length,
      );
    await visit(targetOf());
    await expect.poll(clients).toBe(1);
  });
});

describe('what keeps a probe from looking', () => {
  const reasonOf = async (change: Partial<RedisTarget>) => {
    const report = await visit(targetOf(change));
    expect(JSON.stringify(report)).not.toContain(PASSWORD);
    return { up: said(report, 'redis.up'), reason: report.errors[0]?.reason };
  };

  it.each([
    [
      'a port nobody listens on means down',
      async () => ({ port: await freePort() }),
      { up: 0, reason: 'refused' },
    ],
    [
      'a name that does not resolve',
      async () => ({ host: 'no-such-host.invalid' }),
      { up: 'dns', reason: 'dns' },
    ],
    [
      'a wrong password',
      async () => ({ password: { from: 'environment', variable: 'TEST_WRONG_PASSWORD' } as const }),
      { up: 'auth', reason: 'auth' },
    ],
    ['a password that was not given', async () => ({ password: undefined }), { up: 'auth', reason: 'auth' }],
    [
      'a server without TLS',
      async () => ({ tls: { mode: 'verify' } as const }),
      { up: 'tls', reason: 'tls' },
    ],
  ])('is told apart: %s', async (_, change, expected) => {
    expect(await reasonOf(await change())).toEqual(expected);
  });

  it.each([
    ['without', { mode: 'off' } as const],
    ['with', { mode: 'verify' } as const],
  ])('is told apart: a server that hangs means down, %s TLS', async (_, tls) => {
    signalGroup(server.process.pid, 'SIGSTOP');
    try {
      expect(await reasonOf({ tls })).toEqual({ up: 0, reason: 'timeout' });
    } finally {
      signalGroup(server.process.pid, 'SIGCONT');
    }
  });

  it('costs only the command that the user may not run', async () => {
    await asClient((client) =>
      client.call('ACL', 'SETUSER', 'narrow', 'on', `>${PASSWORD}`, '-@all', '+ping'),
    );
    const report = await visit(targetOf({ user: 'narrow' }));
    expect(said(report, 'redis.up')).toBe(1);
    expect(said(report, 'redis.memory.used_bytes')).toBe('permission');
  });
});
