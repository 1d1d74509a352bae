import type { Redis } from 'ioredis';
import type { Collector } from '../collector.ts';
import { info, numberOrMissing } from './info.ts';

const SECTION = 'stats';

const FIELD_OF = {
  'redis.commands': 'total_commands_processed',
  'redis.connections.rejected': 'rejected_connections',
  'redis.evictions': 'evicted_keys',
  'redis.expirations': 'expired_keys',
} as const;

/** What happened since the server started: commands, refused connections, keys evicted and expired. */
export const traffic: Collector<Redis> = {
  name: 'traffic',
  tier: 'minute',
  signals: Object.keys(FIELD_OF),
  cheap: 'INFO stats reads counters',
  async collect(redis) {
    const fields = await info(redis, SECTION);
    return {
      samples: Object.entries(FIELD_OF).map(([signal, field]) => ({
        signal,
        value: numberOrMissing(fields, field),
      })),
    };
  },
};
