import type { Redis } from 'ioredis';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RedisTarget } from '../../../lib/config/targets.ts';
import type { ValkeyServer } from '../../../local/parts/valkey.ts';
import { ownServers } from '../probe/servers.ts';
import { visit } from '../probe/visit.ts';
import { asClient } from './watcher.ts';

/** A Redis in which much has piled up. How long a round takes there is measured in bench/. */
let server: ValkeyServer;
const MANY = 10_000;
const REPLY_BYTES_MAX = 64 * 1024;

/** Commands whose work or reply grows with what lies in a key, or in all of them. */
const UNBOUNDED = [
  'keys',
  'hgetall',
  'smembers',
  'zrangebyscore',
  'lrange',
  'xread',
  'xinfo|stream',
  'client|list',
  'monitor',
];

const target = (): RedisTarget => ({
  kind: 'redis',
  id: 'redis/main',
  name: 'main',
  roles: ['cache', 'work', 'streams'],
  host: server.host,
  port: server.port,
  docketNames: ['prefect', 'prefect-server'],
  arqQueues: ['arq:queue'],
  findStreams: true,
  database: 0,
  password: { from: 'environment', variable: 'TEST_BOUNDS_PASSWORD' },
  tls: { mode: 'off' },
});

async function fill(client: Redis): Promise<void> {
  const now = Date.now() / 1000;
  const text = 'x'.repeat(1000);
  const filling = client.pipeline();
  for (let n = 0; n < MANY; n++) {
    filling.zadd('prefect:queue', now - n, `task-${n}`);
    filling.hset(`prefect:task-${n}`, { key: `task-${n}`, args: text });
    filling.xadd('prefect:stream', '*', 'key', `ready-${n}`, 'args', text);
    filling.xadd('events', '*', 'data', text);
    filling.xadd('webhooks', '*', 'data', text);
    filling.zadd('arq:queue', 1000 * now - n, `job-${n}`);
    filling.sadd('dlq', `dlq:${n}`);
  }
  await filling.exec();
  await client.xgroup('CREATE', 'prefect:stream', 'docket-workers', '0');
  for (const stream of ['events', 'webhooks']) {
    await client.xgroup('CREATE', stream, 'event-persister', '0');
    await client.xreadgroup('GROUP', 'event-persister', 'one', 'COUNT', MANY / 2, 'STREAMS', stream, '>');
  }
}

const counters = (client: Redis) =>
  client.info('everything').then((reply) => ({
    sent: Number(/total_net_output_bytes:(\d+)/.exec(reply)?.[1]),
    commands: [...reply.matchAll(/^cmdstat_(\S+?):/gm)].map(([, name]) => name ?? ''),
  }));

beforeAll(async () => {
  server = await (await ownServers()).valkey({ name: 'full-valkey' });
  process.env.TEST_BOUNDS_PASSWORD = server.password;
  await asClient(server, fill);
});

describe('a round on a Redis in which much has piled up', () => {
  it('asks for nothing that grows with it, and is sent little', () =>
    asClient(server, async (client) => {
      await client.config('RESETSTAT');
      const { sent: before } = await counters(client);
      const report = await visit(target());
      // The reply to the first question is counted with the round's: a few kilobytes too many.
      const { sent, commands } = await counters(client);
      expect(report.errors).toEqual([]);
      expect(commands).toContain('scan');
      expect(commands.filter((command) => UNBOUNDED.includes(command))).toEqual([]);
      expect(sent - before).toBeGreaterThan(0);
      expect(sent - before).toBeLessThan(REPLY_BYTES_MAX);
    }));
});
