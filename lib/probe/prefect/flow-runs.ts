import * as v from 'valibot';
import type { Collector, Sample } from '../collector.ts';
import { failureOf } from '../failure.ts';
import type { PrefectApi } from './api.ts';

const COUNT = '/flow_runs/count';
const countOf = (state: string) => ({ flow_runs: { state: { type: { any_: [state] } } } });

const UNFINISHED = ['SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING'] as const;
const ENDED = ['COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED'] as const;

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const SIGNAL = 'prefect.flow_run.count';

/** One state after the other: together they would take as many connections of the server's pool. */
async function countEach(states: readonly string[], api: PrefectApi, abort: AbortSignal) {
  const samples: Sample[] = [];
  for (const state of states) {
    const labels = { state };
    try {
      const value = v.parse(Count, await api.json({ path: COUNT, body: countOf(state), abort }));
      samples.push({ signal: SIGNAL, value, labels });
    } catch (error) {
      const { reason, detail } = failureOf(error);
      samples.push({ signal: SIGNAL, value: { reason, detail }, labels });
    }
  }
  return { samples };
}

/** Flow runs that have not ended, by state type. */
export const unfinishedFlowRuns: Collector<PrefectApi> = {
  name: 'flow runs, unfinished',
  tier: 'minute',
  signals: [SIGNAL],
  cheap: 'Prefect counts on its index of state types, and these states hold few runs',
  collect: (api, abort) => countEach(UNFINISHED, api, abort),
};

/** Flow runs that have ended, by state type: these counts grow with the history that is kept. */
export const endedFlowRuns: Collector<PrefectApi> = {
  name: 'flow runs, ended',
  tier: 'quarter-hour',
  signals: [SIGNAL],
  cheap: 'a count over an index, about 0.7 s at ten million runs, four times an hour',
  collect: (api, abort) => countEach(ENDED, api, abort),
};
