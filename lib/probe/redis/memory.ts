import type { Redis } from 'ioredis';
import type { RedisTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector } from '../collector.ts';
import { info, numberIn, numberOrMissing } from './info.ts';

const SECTION = 'memory';

const NO_LIMIT: Unknown = {
  reason: 'not-configured',
  detail: 'maxmemory is 0: this server has no limit of its own',
};

/** Memory against maxmemory, and what happens when it is full. */
export const memory: Collector<Redis, RedisTarget> = {
  name: 'memory',
  tier: 'minute',
  signals: [
    'redis.memory.used_bytes',
    'redis.memory.limit_bytes',
    'redis.memory.used_percent',
    'redis.memory.fragmentation_ratio',
  ],
  cheap: 'INFO memory reads counters',
  async collect(redis, _abort, { minimum }) {
    const fields = await info(redis, SECTION);
    const used = numberIn(fields, 'used_memory');
    const limit = numberIn(fields, 'maxmemory');
    return {
      samples: [
        { signal: 'redis.memory.used_bytes', value: used },
        { signal: 'redis.memory.limit_bytes', value: limit === 0 ? NO_LIMIT : limit },
        { signal: 'redis.memory.used_percent', value: limit === 0 ? NO_LIMIT : (100 * used) / limit },
        {
          signal: 'redis.memory.fragmentation_ratio',
          value: numberOrMissing(fields, 'mem_fragmentation_ratio'),
        },
      ],
      facts: {
        maxmemory_policy: fields.get('maxmemory_policy') ?? null,
        ...(minimum !== undefined && { minimum }),
      },
    };
  },
};
