import type { PrefectTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Sample } from '../collector.ts';
import { isDown, ProbeFailure } from '../failure.ts';
import type { Budget, Probe } from '../frame.ts';
import { contentOf } from '../http/json.ts';
import { authorizationOf } from '../http-authorization.ts';
import { atRest, type PrefectApi, prefectApi } from './api.ts';
import { endedFlowRuns, unfinishedFlowRuns } from './flow-runs.ts';
import { rateLimit } from './rate-limit.ts';
import { ready } from './ready.ts';
import { requests } from './requests.ts';
import { settings } from './settings.ts';
import { version } from './version.ts';
import { waitingRuns } from './waiting-runs.ts';
import { workLimits } from './work-limits.ts';
import { workPools } from './work-pools.ts';

const HEALTH = '/health';
const HEALTH_TIMEOUT_MS = 5_000;
/** The UI's or a login's: its 200 says nothing of the API. A load balancer's 503 is a page too, and says it is down. */
const A_PAGE = 'a page of HTML answers where the API belongs';
const NO_DATE: Unknown = { reason: 'missing', detail: 'the answer has no date of its own' };

/** The timed requests wait until Prefect itself gives up on a statement, and all fit into a function's 50 s. */
const PREFECT_BUDGET: Budget = { openMs: 6_000, collectorMs: 16_000, totalMs: 40_000 };
const DURATION = 'prefect.server.api.request.duration';
const RATE_LIMITED = { reason: 'saturated', detail: 'the API asks for fewer requests (429)' } as const;
const OF_HEALTH = { request: 'health' };

/** Asks /health, which no database stands behind: it says whether the process answers at all. */
async function open(target: PrefectTarget, abort: AbortSignal) {
  const api = prefectApi(target, await authorizationOf(target.auth));
  // Not down, and no failure of the probe's: the rate limit is what there is to say.
  const { rest } = api;
  if (rest !== null) return { connection: api, samples: closed(atRest(rest)) };
  const answer = await api.get(HEALTH, HEALTH_TIMEOUT_MS, abort);
  const { status, elapsedMs } = answer;
  if (status === 200 && contentOf(answer) === 'html') throw new ProbeFailure('protocol', A_PAGE);
  const samples: readonly Sample[] = [
    // An API that asks for fewer requests is there; whether it is well, it does not say.
    { signal: 'prefect.up', value: status === 429 ? RATE_LIMITED : status === 200 ? 1 : 0 },
    { signal: 'prefect.health_ms', value: elapsedMs },
    { signal: 'prefect.clock_skew_seconds', value: answer.clockSkewSeconds ?? NO_DATE },
    { signal: DURATION, value: elapsedMs, labels: OF_HEALTH },
  ];
  return { connection: api, samples, facts: { health_status: status } };
}

function closed({ reason, detail }: ProbeFailure): readonly Sample[] {
  return [
    { signal: 'prefect.up', value: isDown(reason) ? 0 : { reason, detail } },
    { signal: 'prefect.health_ms', value: { reason, detail } },
    { signal: 'prefect.clock_skew_seconds', value: { reason, detail } },
    { signal: DURATION, value: { reason, detail }, labels: OF_HEALTH },
  ];
}

export const prefectProbe: Probe<PrefectTarget, PrefectApi> = {
  open,
  closed,
  signals: ['prefect.up', 'prefect.health_ms', 'prefect.clock_skew_seconds', DURATION],
  budget: PREFECT_BUDGET,
  // The last are the first to be left out when a round has sent all it may.
  collectors: [
    ready,
    settings,
    unfinishedFlowRuns,
    endedFlowRuns,
    requests,
    waitingRuns,
    version,
    workPools,
    workLimits,
    rateLimit,
  ],
  classify: () => undefined,
  // Each request has a connection of its own: none outlives the failure of another.
  survives: () => true,
  discard: () => {},
  close: async () => {},
};
