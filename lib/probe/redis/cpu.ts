import type { Redis } from 'ioredis';
import type { Collector } from '../collector.ts';
import { info, numberIn } from './info.ts';

const SECTION = 'cpu';

/** CPU seconds since the server started; the share of a core follows from two probes. */
export const cpu: Collector<Redis> = {
  name: 'cpu',
  tier: 'minute',
  signals: ['redis.cpu.seconds'],
  cheap: 'INFO cpu asks the kernel for the process times',
  async collect(redis) {
    const fields = await info(redis, SECTION);
    const seconds = numberIn(fields, 'used_cpu_sys') + numberIn(fields, 'used_cpu_user');
    return { samples: [{ signal: 'redis.cpu.seconds', value: seconds }] };
  },
};
