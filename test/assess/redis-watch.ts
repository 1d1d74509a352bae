import type { Incident } from '../../lib/model/incident.ts';
import { healthy, installation, Monitor, tellings, type Values } from './builders.ts';

export type Input = Parameters<typeof installation>[0];

/** Watches one Redis; `minute` takes in one report of it and says what people were told. */
export function redisWatch(input: Input = {}) {
  const monitor = new Monitor(installation({ postgres: [], prefect: [], ...input }));
  const minute = (n: number, but: Values = {}) =>
    tellings(monitor.look(60 * n, healthy('redis/streams', but, { at: 60 * n })));
  return { monitor, minute };
}
export const DOWN: Values = { 'redis.up': 0 };
export const BLIND: Values = { 'redis.up': 'timeout' };
export const memory = (percent: number): Values => ({ 'redis.memory.used_percent': percent });
export const incidentsOf = (monitor: Monitor): readonly Incident[] => monitor.state?.incidents ?? [];
