import type { PrefectTarget } from '../../config/targets.ts';
import type { Sample } from '../collector.ts';
import { isDown, type ProbeFailure } from '../failure.ts';
import type { Budget, Probe } from '../frame.ts';
import { textOf } from '../secret.ts';
import { type PrefectApi, prefectApi } from './api.ts';
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

/** The timed requests wait until Prefect itself gives up on a statement, and all fit into a function's 50 s. */
const PREFECT_BUDGET: Budget = { openMs: 6_000, collectorMs: 16_000, totalMs: 40_000 };
const DURATION = 'prefect.server.api.request.duration';
const RATE_LIMITED = { reason: 'saturated', detail: 'the API asks for fewer requests (429)' } as const;
const OF_HEALTH = { request: 'health' };

/** OSS wants `user:password` as Basic, Customer-Managed an API key as Bearer. */
async function authorizationOf({ auth }: PrefectTarget): Promise<string | undefined> {
  if (auth.scheme === 'none') return undefined;
  const text = await textOf(auth.credential);
  return auth.scheme === 'basic' ? `Basic ${Buffer.from(text).toString('base64')}` : `Bearer ${text}`;
}

/** Asks /health, which no database stands behind: it says whether the process answers at all. */
async function open(target: PrefectTarget, abort: AbortSignal) {
  const api = prefectApi(target, await authorizationOf(target));
  const { status, elapsedMs } = await api.get(HEALTH, HEALTH_TIMEOUT_MS, abort);
  const samples: readonly Sample[] = [
    // An API that asks for fewer requests is there; whether it is well, it does not say.
    { signal: 'prefect.up', value: status === 429 ? RATE_LIMITED : status === 200 ? 1 : 0 },
    { signal: 'prefect.health_ms', value: elapsedMs },
    { signal: DURATION, value: elapsedMs, labels: OF_HEALTH },
  ];
  return { connection: api, samples, facts: { health_status: status } };
}

function closed({ reason, detail }: ProbeFailure): readonly Sample[] {
  return [
    { signal: 'prefect.up', value: isDown(reason) ? 0 : { reason, detail } },
    { signal: 'prefect.health_ms', value: { reason, detail } },
    { signal: DURATION, value: { reason, detail }, labels: OF_HEALTH },
  ];
}

export const prefectProbe: Probe<PrefectTarget, PrefectApi> = {
  open,
  closed,
  signals: ['prefect.up', 'prefect.health_ms', DURATION],
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
