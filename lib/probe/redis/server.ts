import type { Redis } from 'ioredis';
import type { Collector } from '../collector.ts';
import { info, numberIn } from './info.ts';

const SECTION = 'server';

/** What answers, and for how long it has run. Valkey names its own version beside the Redis one it is compatible with. */
export const server: Collector<Redis> = {
  name: 'server',
  tier: 'minute',
  signals: ['redis.uptime_seconds'],
  cheap: 'INFO server reads counters',
  async collect(redis) {
    const fields = await info(redis, SECTION);
    const valkey = fields.get('valkey_version');
    return {
      samples: [{ signal: 'redis.uptime_seconds', value: numberIn(fields, 'uptime_in_seconds') }],
      facts: {
        version: valkey ?? fields.get('redis_version') ?? null,
        software: valkey === undefined ? 'redis' : 'valkey',
        mode: fields.get('redis_mode') ?? fields.get('server_mode') ?? null,
      },
    };
  },
};
