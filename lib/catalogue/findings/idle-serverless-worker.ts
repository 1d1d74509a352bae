import * as v from 'valibot';
import type { Remedy } from '../../model/finding.ts';
import { duration } from '../duration.ts';
import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { IN_ONE_REPORT } from './defaults.ts';

const Pools = v.fallback(
  v.array(v.object({ pool: v.string(), type: v.string(), workers: v.number(), idle_seconds: v.number() })),
  [],
);
const HOUR = 3_600;
const NAMED = 5;

const remedyFor = (pool: string): Remedy => ({
  text: 'Start the worker when there is work, let it take what is due and end by itself: as a scheduled task of the cloud, with a timeout.',
  command: `prefect worker start --pool ${pool} --run-once`,
});
const WITHOUT_WORKER: Remedy = {
  text: 'Where Prefect offers push pools, none needs a worker.',
  command: 'prefect work-pool create <pool> --type cloud-run:push --provision-infra',
};

export const idleServerlessWorker: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'idle-serverless-worker',
  kinds: ['postgres'],
  component: 'work-pools',
  title: 'Workers of a serverless pool ask for runs in vain',
  needs: ['postgres.work_pools.serverless_idle_seconds'],
  thresholds: { warning: { enter: 26 * HOUR, leave: 24 * HOUR } },
  meaning:
    'Workers of a pool whose runs go to pay-per-use infrastructure are alive, and for longer than the threshold, in seconds, no run was due in it.',
  impact: 'The workers cost what they cost when busy, and poll the API every few seconds for nothing.',
  remedy: [remedyFor('<pool>'), WITHOUT_WORKER],
  causes: ['schedule-horizon-empty'],
  source: [
    'Prefect, flow_run.count: Short-lived serverless agent deployments waste resources without timeout',
  ],
  judge: (look) => {
    const longest = look.value('postgres.work_pools.serverless_idle_seconds');
    const severity = look.level(longest);
    if (severity === null) return null;
    const pools = v
      .parse(Pools, look.facts.serverless_pools)
      .filter(({ idle_seconds }) => look.level(idle_seconds) !== null)
      .slice(0, NAMED);
    return {
      severity,
      evidence: [
        {
          text: `no run was due for ${duration(longest)} though workers are alive`,
          signal: 'postgres.work_pools.serverless_idle_seconds',
          value: longest,
          threshold: look.threshold(severity),
        },
        ...pools.map((p) => ({
          text: `${p.pool} (${p.type}): ${p.workers} workers alive, no run due for ${duration(p.idle_seconds)}`,
        })),
      ],
      remedy: [...pools.map((p) => remedyFor(shellWord(p.pool))), WITHOUT_WORKER],
    };
  },
};
