import type { Redis } from 'ioredis';
import type { Collector } from '../collector.ts';
import { type Info, listing, numberIn, partsOf } from './info.ts';

const SECTION = 'commandstats';
const COMMANDS = ['flushall', 'flushdb'] as const;

/** A command that never ran is not listed. */
function callsOf(statistics: Info, command: string): number {
  const line = statistics.get(`cmdstat_${command}`);
  return line === undefined ? 0 : numberIn(partsOf(line), 'calls');
}

/** How often somebody emptied a database, or all of them. */
export const flushes: Collector<Redis> = {
  name: 'flushes',
  tier: 'minute',
  signals: ['redis.flushes'],
  cheap: 'INFO commandstats writes one line for each command ever used, some hundred',
  async collect(redis) {
    const statistics = await listing(redis, SECTION);
    const calls = COMMANDS.map((command) => callsOf(statistics, command));
    return { samples: [{ signal: 'redis.flushes', value: calls.reduce((sum, n) => sum + n, 0) }] };
  },
};
