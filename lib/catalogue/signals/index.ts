import { type TargetKind, TIERS, type Tier } from '../../model/report.ts';
import type { Signal } from '../signal.ts';
import { MONITOR_SIGNALS } from './monitor.ts';
import { POSTGRES_SIGNALS } from './postgres.ts';
import { PREFECT_SIGNALS } from './prefect.ts';
import { REDIS_SIGNALS } from './redis.ts';
import { REDIS_DATA_SIGNALS } from './redis-data.ts';
import { REDIS_TRAFFIC_SIGNALS } from './redis-traffic.ts';

/** Everything that is measured. */
export const SIGNALS: readonly Signal[] = [
  ...POSTGRES_SIGNALS,
  ...REDIS_SIGNALS,
  ...REDIS_TRAFFIC_SIGNALS,
  ...REDIS_DATA_SIGNALS,
  ...PREFECT_SIGNALS,
  ...MONITOR_SIGNALS,
];

const BY_ID = new Map(SIGNALS.map((s) => [s.id, s]));

/** @throws RangeError when the catalogue has no such signal: readings are checked against it where they enter. */
export function signalNamed(id: string): Signal {
  const signal = BY_ID.get(id);
  if (signal === undefined) throw new RangeError(`no signal is called ${id}`);
  return signal;
}

/** The tiers in which a target of this kind is probed. */
export const tiersOf = (kind: TargetKind): readonly Tier[] =>
  TIERS.filter((tier) => SIGNALS.some((s) => s.kind === kind && s.tiers.includes(tier)));
