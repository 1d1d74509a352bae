import * as v from 'valibot';
import type { Collector, Sample } from '../collector.ts';
import { failureOf } from '../failure.ts';
import type { PrefectApi } from './api.ts';

/**
 * One history of two spans of half a century, before and after now, counts every unfinished run by state: Prefect finds
 * them by its index of state types, and gives every run an expected start with its first state. Nothing is asked of the ended ones this way, whose times it would add up.
 */
const HISTORY = '/flow_runs/history';
const COUNT = '/flow_runs/count';
const SPAN_SECONDS = 50 * 365 * 86_400;
const UNFINISHED = ['SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING'] as const;
const ENDED = ['COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED'] as const;

const historyAt = (now: number) => ({
  history_start: new Date(now - SPAN_SECONDS * 1000).toISOString(),
  history_end: new Date(now + SPAN_SECONDS * 1000).toISOString(),
  history_interval_seconds: SPAN_SECONDS,
  flow_runs: { state: { type: { any_: UNFINISHED } } },
});
const countOf = (state: string) => ({ flow_runs: { state: { type: { any_: [state] } } } });

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const History = v.pipe(
  v.array(v.object({ states: v.array(v.object({ state_type: v.string(), count_runs: Count })) })),
  v.minLength(1),
);
const SIGNAL = 'prefect.flow_run.count';
const sampleOf = (state: string, value: Sample['value']): Sample => ({
  signal: SIGNAL,
  value,
  labels: { state },
});

/** Flow runs that have not ended, by state type. */
export const unfinishedFlowRuns: Collector<PrefectApi> = {
  name: 'flow runs, unfinished',
  tier: 'minute',
  signals: [SIGNAL],
  cheap: 'one request for all states, over the runs that have not ended: these are few, and found by index',
  async collect(api, abort) {
    try {
      const answer = await api.json({ path: HISTORY, body: historyAt(Date.now()), abort });
      const counted = v.parse(History, answer).flatMap((span) => span.states);
      const runsIn = (state: string) =>
        counted.reduce((sum, s) => (s.state_type === state ? sum + s.count_runs : sum), 0);
      return { samples: UNFINISHED.map((state) => sampleOf(state, runsIn(state))) };
    } catch (error) {
      const { reason, detail } = failureOf(error);
      return { samples: UNFINISHED.map((state) => sampleOf(state, { reason, detail })) };
    }
  },
};

/** Flow runs that have ended, by state type: these counts grow with the history that is kept. */
export const endedFlowRuns: Collector<PrefectApi> = {
  name: 'flow runs, ended',
  tier: 'quarter-hour',
  signals: [SIGNAL],
  cheap: 'a count over an index, about 0.7 s at ten million runs, four times an hour',
  // One state after the other: together they would take as many connections of the server's pool.
  async collect(api, abort) {
    const samples: Sample[] = [];
    for (const state of ENDED) {
      try {
        const value = v.parse(Count, await api.json({ path: COUNT, body: countOf(state), abort }));
        samples.push(sampleOf(state, value));
      } catch (error) {
        const { reason, detail } = failureOf(error);
        samples.push(sampleOf(state, { reason, detail }));
      }
    }
    return { samples };
  },
};
