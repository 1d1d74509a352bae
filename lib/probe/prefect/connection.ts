import type { PrefectTarget } from '../../config/targets.ts';
import type { Sample } from '../collector.ts';
import { isDown, type ProbeFailure } from '../failure.ts';
import type { Probe } from '../frame.ts';
import { authorizationOf } from '../http-authorization.ts';
import { type PrefectApi, prefectApi } from './api.ts';
import { endedFlowRuns, unfinishedFlowRuns } from './flow-runs.ts';
import { ready } from './ready.ts';
import { settings } from './settings.ts';
import { version } from './version.ts';

const HEALTH = '/health';
const HEALTH_TIMEOUT_MS = 5_000;

/** Asks /health, which no database stands behind: it says whether the process answers at all. */
async function open(target: PrefectTarget, abort: AbortSignal) {
  const api = prefectApi(target, await authorizationOf(target.auth));
  const { status, elapsedMs } = await api.get(HEALTH, HEALTH_TIMEOUT_MS, abort);
  const samples: readonly Sample[] = [
    { signal: 'prefect.up', value: status === 200 ? 1 : 0 },
    { signal: 'prefect.health_ms', value: elapsedMs },
  ];
  return { connection: api, samples, facts: { health_status: status } };
}

function closed({ reason, detail }: ProbeFailure): readonly Sample[] {
  return [
    { signal: 'prefect.up', value: isDown(reason) ? 0 : { reason, detail } },
    { signal: 'prefect.health_ms', value: { reason, detail } },
  ];
}

export const prefectProbe: Probe<PrefectTarget, PrefectApi> = {
  open,
  closed,
  signals: ['prefect.up', 'prefect.health_ms'],
  collectors: [ready, version, settings, unfinishedFlowRuns, endedFlowRuns],
  classify: () => undefined,
  discard: () => {},
  close: async () => {},
};
