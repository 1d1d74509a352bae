import type { Redis } from 'ioredis';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector } from '../collector.ts';
import { info, numberIn } from './info.ts';

const SECTION = 'server';

const NO_VERSION: Unknown = { reason: 'missing', detail: 'this server does not say its version in INFO' };

/** One number that sorts as versions do. Valkey says here which Redis it is compatible with. */
function versionNumber(text: string | undefined): number | Unknown {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(text ?? '') ?? [];
  if (major === undefined) return NO_VERSION;
  return Number(major) * 10_000 + Number(minor) * 100 + Number(patch);
}

/** What answers, and for how long it has run. Valkey names its own version beside the Redis one it is compatible with. */
export const server: Collector<Redis> = {
  name: 'server',
  tier: 'minute',
  signals: ['redis.uptime_seconds', 'redis.version_number'],
  cheap: 'INFO server reads counters',
  async collect(redis) {
    const fields = await info(redis, SECTION);
    const valkey = fields.get('valkey_version');
    return {
      samples: [
        { signal: 'redis.uptime_seconds', value: numberIn(fields, 'uptime_in_seconds') },
        { signal: 'redis.version_number', value: versionNumber(fields.get('redis_version')) },
      ],
      facts: {
        version: valkey ?? fields.get('redis_version') ?? null,
        software: valkey === undefined ? 'redis' : 'valkey',
        mode: fields.get('redis_mode') ?? fields.get('server_mode') ?? null,
      },
    };
  },
};
