import type { Collector } from '../collector.ts';
import { ProbeFailure } from '../failure.ts';
import type { PrefectApi } from './api.ts';

const READY = '/ready';
/** Prefect itself waits up to 30 s for a connection of its pool; what takes longer than this is not ready. */
const TIMEOUT_MS = 3_500;
const DURATION = 'prefect.server.api.request.duration';
const OF_READY = { request: 'ready' };

/** Whether the server can take a connection to its database from its own pool, and how long that takes. */
export const ready: Collector<PrefectApi> = {
  name: 'ready',
  tier: 'minute',
  signals: ['prefect.ready', 'prefect.ready_ms', DURATION],
  cheap: 'the server opens or borrows one connection and runs nothing on it',
  async collect(api, abort) {
    try {
      const { status, elapsedMs } = await api.get(READY, TIMEOUT_MS, abort);
      // An API without the route says nothing of its database.
      if (status === 404) throw new ProbeFailure('missing', 'the API has no such route (404)');
      if (status === 429) throw new ProbeFailure('saturated', 'the API asks for fewer requests (429)');
      return {
        samples: [
          { signal: 'prefect.ready', value: status === 200 ? 1 : 0 },
          { signal: 'prefect.ready_ms', value: elapsedMs },
          { signal: DURATION, value: elapsedMs, labels: OF_READY },
        ],
        facts: { ready_status: status },
      };
    } catch (error) {
      // The server answers /health but not this: that is the answer. How long it would have taken is unknown.
      if (!(error instanceof ProbeFailure) || error.reason !== 'timeout') throw error;
      const { reason, detail } = error;
      return {
        samples: [
          { signal: 'prefect.ready', value: 0 },
          { signal: 'prefect.ready_ms', value: { reason, detail } },
          { signal: DURATION, value: { reason, detail }, labels: OF_READY },
        ],
      };
    }
  },
};
