import type { Collector } from '../collector.ts';
import type { PrefectApi } from './api.ts';

/** Whether the API asked to slow down. Runs last, when every answer is in, and asks nothing itself. */
export const rateLimit: Collector<PrefectApi> = {
  name: 'rate limit',
  tier: 'minute',
  signals: ['prefect.rate_limited'],
  cheap: 'asks nothing',
  async collect({ refusals, rest }) {
    return {
      samples: [{ signal: 'prefect.rate_limited', value: rest?.refusals ?? refusals }],
      ...(rest !== null && { facts: { rate_limited_until: new Date(rest.untilMs).toISOString() } }),
    };
  },
};
