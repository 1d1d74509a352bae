import type { Redis } from 'ioredis';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector } from '../collector.ts';
import { type Info, info, numberOrMissing } from './info.ts';

const SECTION = 'persistence';

const OUTCOMES = {
  last_save: 'rdb_last_bgsave_status',
  last_append: 'aof_last_write_status',
  last_rewrite: 'aof_last_bgrewrite_status',
} as const;

const NO_OUTCOME: Unknown = { reason: 'missing', detail: 'this server says nothing of saving in INFO' };
const FROM_LOG: Unknown = {
  reason: 'missing',
  detail: 'keys replayed from an append-only file are not counted',
};

/** With an append-only file the count leaves out what was replayed from it. */
const loadedAtStart = (fields: Info): number | Unknown =>
  fields.get('aof_enabled') === '1' ? FROM_LOG : numberOrMissing(fields, 'rdb_last_load_keys_loaded');

/** Whether saving works, and what came back at the last start. */
export const persistence: Collector<Redis> = {
  name: 'persistence',
  tier: 'minute',
  signals: ['redis.persistence.failing', 'redis.keys.loaded_at_start'],
  cheap: 'INFO persistence reads counters',
  async collect(redis) {
    const fields = await info(redis, SECTION);
    const outcomes = Object.entries(OUTCOMES).flatMap(([name, field]) => {
      const outcome = fields.get(field);
      return outcome === undefined ? [] : [[name, outcome === 'ok'] as const];
    });
    const failing = outcomes.some(([, isOk]) => !isOk) ? 1 : 0;
    return {
      samples: [
        { signal: 'redis.persistence.failing', value: outcomes.length === 0 ? NO_OUTCOME : failing },
        { signal: 'redis.keys.loaded_at_start', value: loadedAtStart(fields) },
      ],
      facts: {
        persistence: {
          append_only: fields.get('aof_enabled') === '1',
          ...Object.fromEntries(outcomes.map(([name, isOk]) => [name, isOk ? 'ok' : 'failed'])),
        },
      },
    };
  },
};
