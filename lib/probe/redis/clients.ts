import type { Redis } from 'ioredis';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector } from '../collector.ts';
import { info, numberIn, numberOrMissing } from './info.ts';

const SECTION = 'clients';

const NOT_SAID: Unknown = { reason: 'missing', detail: 'this server does not say maxclients in INFO' };

/** Connected clients against the most the server accepts, and those that wait. */
export const clients: Collector<Redis> = {
  name: 'clients',
  tier: 'minute',
  signals: ['redis.clients', 'redis.clients.limit', 'redis.clients.used_percent', 'redis.clients.blocked'],
  cheap: 'INFO clients reads counters',
  async collect(redis) {
    const fields = await info(redis, SECTION);
    const connected = numberIn(fields, 'connected_clients');
    const limit = fields.has('maxclients') ? numberIn(fields, 'maxclients') : NOT_SAID;
    const used = typeof limit === 'number' ? (100 * connected) / limit : limit;
    return {
      samples: [
        { signal: 'redis.clients', value: connected },
        { signal: 'redis.clients.limit', value: limit },
        { signal: 'redis.clients.used_percent', value: used },
        { signal: 'redis.clients.blocked', value: numberOrMissing(fields, 'blocked_clients') },
      ],
    };
  },
};
