import type { PrefectTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Sample } from '../collector.ts';
import { isDown, ProbeFailure } from '../failure.ts';
import type { Probe } from '../frame.ts';
import { contentOf } from '../http/json.ts';
import { authorizationOf } from '../http-authorization.ts';
import { type PrefectApi, prefectApi } from './api.ts';
import { endedFlowRuns, unfinishedFlowRuns } from './flow-runs.ts';
import { ready } from './ready.ts';
import { settings } from './settings.ts';
import { version } from './version.ts';

const HEALTH = '/health';
const HEALTH_TIMEOUT_MS = 5_000;
/** The UI's or a login's: its 200 says nothing of the API. A load balancer's 503 is a page too, and says it is down. */
const A_PAGE = 'a page of HTML answers where the API belongs';
const NO_DATE: Unknown = { reason: 'missing', detail: 'the answer has no date of its own' };

/** Asks /health, which no database stands behind: it says whether the process answers at all. */
async function open(target: PrefectTarget, abort: AbortSignal) {
  const api = prefectApi(target, await authorizationOf(target.auth));
  const answer = await api.get(HEALTH, HEALTH_TIMEOUT_MS, abort);
  const { status, elapsedMs } = answer;
  if (status === 200 && contentOf(answer) === 'html') throw new ProbeFailure('protocol', A_PAGE);
  const samples: readonly Sample[] = [
    { signal: 'prefect.up', value: status === 200 ? 1 : 0 },
    { signal: 'prefect.health_ms', value: elapsedMs },
    { signal: 'prefect.clock_skew_seconds', value: answer.clockSkewSeconds ?? NO_DATE },
  ];
  return { connection: api, samples, facts: { health_status: status } };
}

function closed({ reason, detail }: ProbeFailure): readonly Sample[] {
  return [
    { signal: 'prefect.up', value: isDown(reason) ? 0 : { reason, detail } },
    { signal: 'prefect.health_ms', value: { reason, detail } },
    { signal: 'prefect.clock_skew_seconds', value: { reason, detail } },
  ];
}

export const prefectProbe: Probe<PrefectTarget, PrefectApi> = {
  open,
  closed,
  signals: ['prefect.up', 'prefect.health_ms', 'prefect.clock_skew_seconds'],
  collectors: [ready, version, settings, unfinishedFlowRuns, endedFlowRuns],
  classify: () => undefined,
  discard: () => {},
  close: async () => {},
};
