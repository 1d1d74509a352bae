import * as v from 'valibot';
import type { Remedy } from '../../model/finding.ts';
import { duration } from '../duration.ts';
import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { IN_ONE_REPORT } from './defaults.ts';

const Bursts = v.fallback(
  v.array(
    v.object({
      pool: v.string(),
      type: v.string(),
      runs: v.number(),
      mean_wait_seconds: v.number(),
      usual_per_minute: v.number(),
    }),
  ),
  [],
);
type Burst = v.InferOutput<typeof Bursts>[number];

/** So many runs within a minute, and so many times what usually comes, are a burst. */
const RUNS_MIN = 50;
const TIMES_USUAL = 10;
/** What is recommended for event-driven work. */
const LIMIT = 100;

const isBurst = ({ runs, usual_per_minute }: Burst): boolean =>
  runs >= RUNS_MIN && runs >= TIMES_USUAL * usual_per_minute;

/** A pool of the same infrastructure where it has a push type, else the one that starts fastest. */
const PUSHED = ['ecs', 'cloud-run', 'cloud-run-v2', 'azure-container-instance', 'modal', 'coiled'];
const pushTypeFor = (type: string): string => (PUSHED.includes(type) ? `${type}:push` : 'cloud-run:push');

const remedyFor = (pool: string, type: string): readonly Remedy[] => [
  {
    text: 'Prefect Cloud and Customer-Managed Prefect have push pools, which start each run without a worker; the open-source server does not, and needs more workers or a limit instead.',
    command: `prefect work-pool create ${pool} --type ${type}`,
  },
  {
    text: 'Let Prefect make what it needs in the cloud account.',
    command: `prefect work-pool provision-infra ${pool}`,
  },
  {
    text: 'Bound it by what the account allows.',
    command: `prefect work-pool set-concurrency-limit ${pool} ${LIMIT}`,
  },
];

export const pushPoolFits: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'push-pool-fits',
  kinds: ['postgres'],
  component: 'work-pools',
  title: 'Bursts of runs wait for workers that poll',
  needs: ['postgres.work_pools.busiest_minute_runs'],
  meaning: `A pool whose workers poll is asked for ${RUNS_MIN} runs or more within a minute, and over ten times what it usually gets: its work comes by events, in bursts.`,
  impact:
    'Workers ask for runs every few seconds and take what they have room for; the rest of the burst waits. Workers large enough for it are idle most of the time.',
  remedy: remedyFor('<pool>', 'cloud-run:push'),
  causes: [],
  source: [
    'Prefect, flow_run.count: Push work pools scale to high concurrency for event-driven workloads',
    'Prefect, flow_run.count: work_pool_type',
  ],
  judge: (look) => {
    if (look.value('postgres.work_pools.busiest_minute_runs') < RUNS_MIN) return null;
    const burst = v.parse(Bursts, look.facts.work_pool_bursts).find(isBurst);
    if (burst === undefined) return null;
    const { pool, type, runs, usual_per_minute, mean_wait_seconds } = burst;
    return {
      severity: 'info',
      evidence: [
        {
          text: `${pool} (${type}): ${runs} runs asked for within one minute, usually ${usual_per_minute.toFixed(1)} a minute`,
          signal: 'postgres.work_pools.busiest_minute_runs',
          value: runs,
          threshold: RUNS_MIN,
        },
        { text: `they waited ${duration(Math.max(0, mean_wait_seconds))} on average` },
      ],
      remedy: remedyFor(shellWord(`${pool}-push`), pushTypeFor(type)),
    };
  },
};
