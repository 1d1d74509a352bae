import * as v from 'valibot';
import type { Collector } from '../collector.ts';
import type { PrefectApi } from './api.ts';
import { workCollector } from './work-collector.ts';

/**
 * Runs that should have started a minute ago and have not, the longest waiting first. Those marked Late are left out:
 * somebody looked at them. A run is over 2 KB in the answer, so that fifty are what one answer holds.
 */
const RUNS = '/flow_runs/filter';
const LISTED_MAX = 50;
const UNMARKED_SECONDS = 60;
const PENDING_SECONDS = 600;
const NAMES = ['Scheduled', 'Pending', 'Submitting', 'InfrastructurePending'];

const waitingAt = (now: number) => ({
  flow_runs: {
    state: { type: { any_: ['SCHEDULED', 'PENDING'] }, name: { any_: NAMES } },
    expected_start_time: { before_: new Date(now - UNMARKED_SECONDS * 1000).toISOString() },
  },
  sort: 'EXPECTED_START_TIME_ASC',
  limit: LISTED_MAX,
  offset: 0,
});

const Time = v.pipe(
  v.string(),
  v.transform((text) => Date.parse(text)),
  v.finite(),
);
const Runs = v.array(
  v.object({
    id: v.string(),
    state_type: v.picklist(['SCHEDULED', 'PENDING']),
    state: v.nullish(v.object({ timestamp: Time }), null),
    next_scheduled_start_time: v.nullish(Time, null),
    work_pool_name: v.nullish(v.string(), null),
  }),
);
type Run = v.InferOutput<typeof Runs>[number];

const NAMED_MAX = 5;

/** A full list may hide what did not get into it: that nothing was seen then says nothing. */
const HIDDEN = {
  reason: 'failed',
  detail: 'more runs wait than one answer holds, none of these among them',
} as const;

/** How often each pool occurs, the most frequent first. */
function poolsOf(runs: readonly Run[]) {
  const named = runs.flatMap((r) => (r.work_pool_name === null ? [] : [r.work_pool_name]));
  return [...Map.groupBy(named, (name) => name)]
    .map(([name, all]) => ({ name, runs: all.length }))
    .toSorted((a, b) => b.runs - a.runs)
    .slice(0, NAMED_MAX);
}

/** Whether runs wait that somebody should have marked, or started. */
export const waitingRuns: Collector<PrefectApi> = workCollector({
  name: 'flow runs, waiting',
  tier: 'minute',
  signals: [
    'prefect.flow_runs.late_unmarked',
    'prefect.flow_runs.late_unmarked_oldest_seconds',
    'prefect.flow_runs.stuck_pending',
    'prefect.flow_runs.stuck_pending_oldest_seconds',
  ],
  cheap: `one request for ${LISTED_MAX} runs at most, found by the index of state types`,
  async collect(api, abort) {
    const now = Date.now();
    const runs = v.parse(Runs, await api.json({ path: RUNS, body: waitingAt(now), abort }));
    // One that was put off keeps the time it was first expected at: only the next start says that it is late.
    const late = runs.flatMap((r) =>
      r.state_type === 'SCHEDULED' && r.next_scheduled_start_time !== null
        ? [(now - r.next_scheduled_start_time) / 1000]
        : [],
    );
    const unmarked = late.filter((seconds) => seconds > UNMARKED_SECONDS);
    const ageOf = (r: Run) => (r.state === null ? 0 : (now - r.state.timestamp) / 1000);
    const pending = runs
      .filter((r) => r.state_type === 'PENDING' && ageOf(r) > PENDING_SECONDS)
      .toSorted((a, b) => ageOf(b) - ageOf(a));
    const isFull = runs.length >= LISTED_MAX;
    const seen = (many: number, value = many) => (many === 0 && isFull ? HIDDEN : value);
    return {
      samples: [
        { signal: 'prefect.flow_runs.late_unmarked', value: seen(unmarked.length) },
        {
          signal: 'prefect.flow_runs.late_unmarked_oldest_seconds',
          value: seen(unmarked.length, Math.max(0, ...unmarked)),
        },
        { signal: 'prefect.flow_runs.stuck_pending', value: seen(pending.length) },
        {
          signal: 'prefect.flow_runs.stuck_pending_oldest_seconds',
          value: seen(pending.length, Math.max(0, ...pending.map(ageOf))),
        },
      ],
      facts: {
        waiting_runs: { partial: isFull },
        stuck_pending: {
          pools: poolsOf(pending),
          deployments: [],
          oldest: pending.slice(0, NAMED_MAX).map((r) => r.id),
        },
      },
    };
  },
});
