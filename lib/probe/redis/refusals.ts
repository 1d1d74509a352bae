import type { Redis } from 'ioredis';
import type { Collector } from '../collector.ts';
import { listing, numberIn, partsOf } from './info.ts';

const SECTION = 'errorstats';

/** The errors a healthy client gets from a server that will not write: full, unable to save, a replica, or alone. */
const REFUSALS = ['OOM', 'MISCONF', 'READONLY', 'NOREPLICAS'] as const;

/** Commands refused since the server started, by error. An error that never occurred is not listed. */
export const refusals: Collector<Redis> = {
  name: 'refusals',
  tier: 'minute',
  signals: ['redis.writes_refused'],
  cheap: 'INFO errorstats writes one line for each kind of error, at most 128 of them since Redis 7.2',
  async collect(redis) {
    const errors = await listing(redis, SECTION);
    return {
      samples: REFUSALS.map((error) => {
        const line = errors.get(`errorstat_${error}`);
        const value = line === undefined ? 0 : numberIn(partsOf(line), 'count');
        return { signal: 'redis.writes_refused', value, labels: { error } };
      }),
    };
  },
};
