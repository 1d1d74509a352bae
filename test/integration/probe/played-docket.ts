import { Redis } from 'ioredis';
import { afterAll, beforeEach } from 'vitest';
import type { RedisTarget } from '../../../lib/config/targets.ts';
import { ownServers } from './servers.ts';
import { visit } from './visit.ts';

/** A Redis of one file's own in which it plays docket and Prefect, for what healthy ones never show. Empty before each test. */
export async function playedDocket(name: string) {
  const { host, port, password } = await (await ownServers()).valkey({ name });
  const variable = `TEST_${name.toUpperCase().replaceAll('-', '_')}_PASSWORD`;
  process.env[variable] = password;
  const redis = new Redis({ host, port, password });
  afterAll(() => redis.disconnect());
  beforeEach(async () => {
    await redis.flushall();
  });
  const look = (change: Partial<RedisTarget> = {}) =>
    visit({
      kind: 'redis',
      id: 'redis/main',
      name: 'main',
      roles: ['work', 'streams'],
      host,
      port,
      database: 0,
      docketNames: ['prefect', 'prefect-server'],
      password: { from: 'environment', variable },
      tls: { mode: 'off' },
      ...change,
    });
  return { redis, look };
}
