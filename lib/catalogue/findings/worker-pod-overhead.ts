import * as v from 'valibot';
import { duration } from '../duration.ts';
import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { IN_ONE_REPORT } from './defaults.ts';

/** Of the time a run then takes. */
const OVERHEAD_PERCENT = 50;
const POOLS_NAMED = 3;

/** The fact of the probe, the worst first. */
const Pools = v.fallback(
  v.array(
    v.object({
      pool: v.string(),
      runs: v.number(),
      start_seconds: v.number(),
      run_seconds: v.number(),
      percent: v.number(),
    }),
  ),
  [],
);

const WARM_IMAGE = {
  text: 'See how long the pull of the image takes: a smaller one, or one that nodes keep, starts sooner.',
  command: 'kubectl get events --all-namespaces --field-selector reason=Pulled | tail -20',
};

export const workerPodOverhead: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'worker-pod-overhead',
  kinds: ['postgres'],
  component: 'work-pools',
  title: 'Pods take long to start for what their runs do',
  needs: ['postgres.work_pools.start_overhead_percent'],
  meaning:
    'In the last hour half of the runs of a Kubernetes work pool waited longer for their pod than half of the time such a run then took.',
  impact:
    'Much of what the cluster does, and of what a flow takes, is starting pods: nodes come, images are pulled, Python imports.',
  remedy: [
    { text: 'Do more in one run: a pod for each small piece of work costs more than the work.' },
    WARM_IMAGE,
  ],
  causes: ['node-cpu-saturated', 'kubernetes-api-slow', 'observer-behind'],
  source: ['Prefect, Monitoring API request duration: Worker pod overhead'],
  judge(look) {
    const worst = look.value('postgres.work_pools.start_overhead_percent');
    if (worst < OVERHEAD_PERCENT) return null;
    const pools = v
      .parse(Pools, look.facts.work_pools_start_overhead)
      .filter((p) => p.percent >= OVERHEAD_PERCENT)
      .slice(0, POOLS_NAMED);
    return {
      severity: 'info',
      evidence: [
        {
          text: `the median start takes ${worst.toFixed(0)} % of the median run`,
          signal: 'postgres.work_pools.start_overhead_percent',
          value: worst,
          threshold: OVERHEAD_PERCENT,
        },
        ...pools.map(({ pool, runs, start_seconds, run_seconds }) => ({
          text: `${pool}: ${runs} runs, ${duration(start_seconds)} to start, ${duration(run_seconds)} to run`,
        })),
      ],
      remedy: [
        ...pools.slice(0, 1).map(({ pool }) => ({
          text: `See what ${pool} asks of each pod: image, pull policy, room.`,
          command: `prefect work-pool inspect ${shellWord(pool)}`,
        })),
        { text: 'Do more in one run: a pod for each small piece of work costs more than the work.' },
        WARM_IMAGE,
      ],
    };
  },
};
