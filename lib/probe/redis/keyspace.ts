import type { Redis } from 'ioredis';
import type { Collector } from '../collector.ts';
import { info, numberIn } from './info.ts';

const SECTION = 'stats';

/** Hits and misses since the server started; the ratio follows from two probes. */
export const keyspace: Collector<Redis> = {
  name: 'keyspace',
  tier: 'minute',
  signals: ['redis.keyspace.hits', 'redis.keyspace.misses'],
  cheap: 'INFO stats reads counters',
  async collect(redis) {
    const fields = await info(redis, SECTION);
    return {
      samples: [
        { signal: 'redis.keyspace.hits', value: numberIn(fields, 'keyspace_hits') },
        { signal: 'redis.keyspace.misses', value: numberIn(fields, 'keyspace_misses') },
      ],
    };
  },
};
