import { expectationsIn } from '../catalogue/prefect/look.ts';
import { poolsIn } from '../catalogue/prefect/pools.ts';
import type { Reading } from '../model/reading.ts';
import type { Unknown } from '../model/unknown.ts';
import { type Observation, readingsOf } from './observation.ts';
import { reasonOf } from './readings.ts';

const SIGNAL = 'postgres.pool.used_percent';
/** Read by the collector that tells whose the sessions are. */
const SESSIONS = 'postgres.clients.busiest';

const NO_SETTINGS: Unknown = {
  reason: 'not-collected',
  detail: 'no Prefect server said how large its pools may grow',
};
const NO_LIMIT: Unknown = { reason: 'not-configured', detail: 'the pool of the Prefect server has no limit' };
const NOBODY: Unknown = { reason: 'no-traffic', detail: 'no Prefect process is connected' };

function usedOf(
  sessions: Reading,
  observation: Observation,
  servers: readonly Observation[],
): number | Unknown {
  if (sessions.value === null) return reasonOf(sessions);
  const { settings } = expectationsIn(servers);
  if (settings === null) return NO_SETTINGS;
  const pools = poolsIn(observation.facts, settings.pool);
  if (pools === null) return NO_LIMIT;
  return pools[0]?.usedPercent ?? NOBODY;
}

/**
 * The same observation, with one reading more if it is of the Prefect server's database: how far the fullest pool of a
 * Prefect process is used. It takes two targets to know: the database shows the sessions, the server its limits.
 */
export function withPool(observation: Observation, all: readonly Observation[]): Observation {
  const { target, readings } = observation;
  if (target.kind !== 'postgres' || !target.roles.includes('orion')) return observation;
  const sessions = readings.find((o) => o.reading.signal === SESSIONS);
  if (sessions === undefined) return observation;
  const servers = all.filter((o) => o.target.kind === 'prefect');
  const used = usedOf(sessions.reading, observation, servers);
  const identity = { signal: SIGNAL, target: target.id, at: sessions.reading.at };
  const reading: Reading =
    typeof used === 'number' ? { ...identity, value: used } : { ...identity, value: null, unknown: used };
  return { ...observation, readings: [...readings, { reading, observedAt: sessions.observedAt }] };
}

/** The reading that was added to an observation; none of those without. */
export const poolReadings = (observation: Observation): readonly Reading[] => readingsOf(observation, SIGNAL);
