import type { Redis } from 'ioredis';
import * as v from 'valibot';
import type { Collector } from '../collector.ts';
import { ProbeFailure } from '../failure.ts';

/** The server cuts each entry to 32 arguments of 128 characters: this many are some forty kilobytes at most. */
const ENTRIES = 10;

/** Number, time in seconds, duration in microseconds, the command with its arguments; then who sent it. */
const EntrySchema = v.looseTuple([v.number(), v.number(), v.number(), v.array(v.string())]);

/** A renamed command is renamed to keep it secret, and arguments are data: neither leaves the probe. */
const commandOf = ([word = '']: readonly string[]): string =>
  /^[a-z]{2,20}$/i.test(word) ? word.toUpperCase() : 'other';

/**
 * The slow log numbers its entries through, so the number of the newest counts them all. Emptied by SLOWLOG RESET it
 * no longer says it: the count is 0 then until the next one.
 */
export const slowlog: Collector<Redis> = {
  name: 'slowlog',
  tier: 'minute',
  signals: ['redis.slow_commands'],
  cheap: 'SLOWLOG GET reads the head of a list in memory',
  async collect(redis) {
    const reply = v.safeParse(v.array(EntrySchema), await redis.slowlog('GET', ENTRIES));
    if (!reply.success) throw new ProbeFailure('invalid', 'SLOWLOG GET answered in a shape of its own');
    const [newest] = reply.output;
    return {
      samples: [{ signal: 'redis.slow_commands', value: newest === undefined ? 0 : newest[0] + 1 }],
      facts: {
        slow_commands: reply.output.map(([, seconds, microseconds, words]) => ({
          command: commandOf(words),
          milliseconds: microseconds / 1000,
          at: new Date(seconds * 1000).toISOString(),
        })),
      },
    };
  },
};
