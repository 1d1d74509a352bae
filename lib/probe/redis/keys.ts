import type { Redis } from 'ioredis';
import type { Collector } from '../collector.ts';
import { listing, numberIn, partsOf } from './info.ts';

const SECTION = 'keyspace';

/** Keys in all databases together: a restart or FLUSHALL empties them together. */
export const keys: Collector<Redis> = {
  name: 'keys',
  tier: 'minute',
  signals: ['redis.keys'],
  cheap: 'INFO keyspace reads the sizes of its tables',
  async collect(redis) {
    const databases = [...(await listing(redis, SECTION))].filter(([name]) => /^db\d+$/.test(name));
    const counts = databases.map(([, value]) => numberIn(partsOf(value), 'keys'));
    return { samples: [{ signal: 'redis.keys', value: counts.reduce((sum, count) => sum + count, 0) }] };
  },
};
