import type { Redis } from 'ioredis';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector } from '../collector.ts';
import { info, numberIn } from './info.ts';

const SECTION = 'clients';

const NOT_SAID: Unknown = { reason: 'missing', detail: 'this server does not say maxclients in INFO' };

/** Connected clients against the most the server accepts. */
export const clients: Collector<Redis> = {
  name: 'clients',
  tier: 'minute',
  signals: ['redis.clients', 'redis.clients.limit'],
  cheap: 'INFO clients reads counters',
  async collect(redis) {
    const fields = await info(redis, SECTION);
    return {
      samples: [
        { signal: 'redis.clients', value: numberIn(fields, 'connected_clients') },
        {
          signal: 'redis.clients.limit',
          value: fields.has('maxclients') ? numberIn(fields, 'maxclients') : NOT_SAID,
        },
      ],
    };
  },
};
