import type { Collector } from '../collector.ts';
import type { PrefectApi } from './api.ts';

/** Whether the API asked this round to slow down. Runs last, when every answer is in, and asks nothing itself. */
export const rateLimit: Collector<PrefectApi> = {
  name: 'rate limit',
  tier: 'minute',
  signals: ['prefect.rate_limited'],
  cheap: 'asks nothing',
  collect: async (api) => ({ samples: [{ signal: 'prefect.rate_limited', value: api.refusals }] }),
};
