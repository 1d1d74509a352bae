import * as v from 'valibot';
import type { Remedy } from '../../model/finding.ts';
import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { IN_ONE_REPORT } from './defaults.ts';

const Loads = v.fallback(
  v.array(
    v.object({
      pool: v.string(),
      busiest: v.string(),
      runs: v.number(),
      others_mean: v.number(),
      workers: v.number(),
      times: v.number(),
    }),
  ),
  [],
);
const NAMED = 3;

const startWithLimit = (pool: string, limit: number | string): Remedy => ({
  text: 'Start each worker with a limit of its own: what is over goes to the others.',
  command: `prefect worker start --pool ${pool} --limit ${limit}`,
});
const LIMIT_AGENT: Remedy = {
  text: 'An agent of Prefect 2 takes the same limit; PREFECT_AGENT_QUERY_RUN_FETCH_LIMIT was proposed to bound how many runs it fetches at once.',
  command: 'prefect agent start -q default --limit <n>',
};

export const workerImbalance: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'worker-imbalance',
  kinds: ['postgres'],
  component: 'work-pools',
  title: 'One worker has most of the runs of its pool',
  needs: ['postgres.workers.busiest_times_others'],
  thresholds: { warning: { enter: 4, leave: 3 } },
  meaning:
    'One worker carries so many times the runs that the other live workers of its pool have on average. Whoever asks first takes all that is due, unless a worker was started with --limit; Prefect does not tell whether it was.',
  impact: 'That worker runs out of memory or CPU and takes its runs with it, while the others are idle.',
  remedy: [startWithLimit('<pool>', '<n>'), LIMIT_AGENT],
  causes: ['run-flood-unlimited'],
  source: [
    'Prefect, flow_run.count: Agent workload imbalance causes resource exhaustion on multi-agent deployments',
  ],
  judge: (look) => {
    const times = look.value('postgres.workers.busiest_times_others');
    const severity = look.level(times);
    if (severity === null) return null;
    const loads = v
      .parse(Loads, look.facts.worker_loads)
      .filter((load) => look.level(load.times) !== null)
      .slice(0, NAMED);
    return {
      severity,
      evidence: [
        {
          text: `the busiest worker has ${times.toFixed(1)} times the runs of the others`,
          signal: 'postgres.workers.busiest_times_others',
          value: times,
          threshold: look.threshold(severity),
        },
        ...loads.map((l) => ({
          text: `${l.busiest} has ${l.runs} runs under way; the other ${l.workers - 1} of ${l.pool} have ${l.others_mean.toFixed(1)} on average`,
        })),
      ],
      remedy: [
        ...loads.map((l) => startWithLimit(shellWord(l.pool), fairShare(l.runs, l.others_mean, l.workers))),
        LIMIT_AGENT,
      ],
    };
  },
};

/** What each would have if all had the same. */
function fairShare(busiest: number, othersMean: number, workers: number): number {
  return Math.ceil((busiest + othersMean * (workers - 1)) / workers);
}
