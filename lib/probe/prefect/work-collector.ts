import type { PrefectTarget } from '../../config/targets.ts';
import type { Collected, Collector } from '../collector.ts';
import type { PrefectApi } from './api.ts';

const ELSEWHERE = {
  reason: 'not-configured',
  detail: 'the database says it: the API is not asked',
} as const;

/** Reads over the API what a database that is watched says better: where there is one, nothing is asked. */
export function workCollector(
  own: Omit<Collector<PrefectApi>, 'collect'> & {
    collect(api: PrefectApi, abort: AbortSignal): Promise<Collected>;
  },
): Collector<PrefectApi, PrefectTarget> {
  return {
    ...own,
    collect: async (api, abort, target) =>
      target.readsWorkByApi === true
        ? own.collect(api, abort)
        : { samples: own.signals.map((signal) => ({ signal, value: ELSEWHERE })) },
  };
}
