import { FINDINGS } from '../../lib/catalogue/findings/index.ts';
import type { FindingOverrides } from '../../lib/config/finding-overrides.ts';
import type { InstallationConfig } from '../../lib/config/schema.ts';
import type { PythonEnvironment } from '../parts/python.ts';
import type { Supervisor } from '../parts/supervisor.ts';
import { watchOf } from '../rounds.ts';
import { type Sample, startSample } from '../sample.ts';

/** Deployed, a round is a minute. */
export const ROUND_SECONDS = 5;
const DEPLOYED_ROUND_SECONDS = 60;

/** Small enough that what waits in it is seen to fill it. */
const VALKEY = { maxmemory: '24mb' };
/** Once a minute as deployed, Prefect clears its streams of what everybody has read: once a round here. */
const PREFECT = { PREFECT_REDIS_MESSAGING_CONSUMER_TRIM_EVERY: String(ROUND_SECONDS) };
/** A consumer is behind by as many events as a few rounds of this little traffic bring, not a busy day's thousand. */
const LAGGING_MESSAGES = 100;

/**
 * The rules of the catalogue with times as much shorter as the rounds are: as many reports in a row open and close an
 * incident as deployed.
 */
function findings(): FindingOverrides {
  const shorter = (seconds: number) => (seconds * ROUND_SECONDS) / DEPLOYED_ROUND_SECONDS;
  const times = FINDINGS.map(({ id, pendingSeconds, recoverySeconds }) => [
    id,
    { pendingSeconds: shorter(pendingSeconds), recoverySeconds: shorter(recoverySeconds) },
  ]);
  const all: FindingOverrides = Object.fromEntries(times);
  return { ...all, 'consumer-lagging': { ...all['consumer-lagging'], warning: LAGGING_MESSAGES } };
}

/** Where the incident takes place. */
export interface Stage {
  readonly sample: Sample;
  readonly installation: InstallationConfig;
}

/** PostgreSQL, a small Valkey and Prefect with its background services apart, all real. @throws PartFailed */
export async function setStage(
  supervisor: Supervisor,
  python: PythonEnvironment,
  state: string,
): Promise<Stage> {
  const sample = await startSample(supervisor, python, state, PREFECT, VALKEY);
  return { sample, installation: { ...watchOf(sample), findings: findings() } };
}
