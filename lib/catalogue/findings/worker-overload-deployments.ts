import * as v from 'valibot';
import type { Evidence, Remedy } from '../../model/finding.ts';
import type { FindingDefinition, Look } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { IN_ONE_REPORT } from './defaults.ts';
import { containersIn } from './kubernetes-facts.ts';

const Pools = v.fallback(
  v.array(
    v.object({
      pool: v.string(),
      type: v.string(),
      deployments: v.number(),
      alive: v.number(),
      lost: v.number(),
    }),
  ),
  [],
);
type Pool = v.InferOutput<typeof Pools>[number];

/** One worker that went away within the hour may be a new release; several are not. */
const LOST_MIN = 2;

const SPLIT: Remedy = {
  text: 'Split the pool: make a second one with workers of its own and move part of the deployments to it.',
  command: 'prefect work-pool create <pool> --type kubernetes',
};
const SEE_USE: Remedy = {
  text: 'See what its worker uses.',
  command: 'kubectl top pods -n <namespace> -l app.kubernetes.io/component=worker',
};

/** Pods of a watched cluster that look like workers and crash or were killed for memory. */
const workersInTrouble = (look: Look): readonly Evidence[] =>
  look
    .elsewhere('kubernetes')
    .flatMap(({ facts }) => [...containersIn(facts.crash_looping), ...containersIn(facts.oom_killed)])
    .filter(({ pod, container }) => /worker/.test(`${pod} ${container}`))
    .map(({ namespace, pod, restarts }) => ({ text: `${namespace}/${pod}: ${restarts} restarts` }))
    .slice(0, 3);

const workersOf = ({ alive, lost }: Pool): readonly Evidence[] =>
  alive === 0 || lost >= LOST_MIN
    ? [{ text: `${alive} of its workers are alive, ${lost} fell silent within the hour` }]
    : [];

export const workerOverloadDeployments: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'worker-overload-deployments',
  kinds: ['postgres'],
  component: 'work-pools',
  title: 'A Kubernetes work pool has more deployments than its workers bear',
  needs: ['postgres.work_pools.most_deployments_on_kubernetes'],
  thresholds: { critical: { enter: 3500, leave: 3200 } },
  meaning:
    'Above some 3,500 deployments Kubernetes workers have been seen to use ever more CPU and to crash. It is critical once workers of such a pool go away, and information until then.',
  impact: 'While its worker starts anew no run of the pool starts; each crash makes the queue longer.',
  remedy: [SPLIT, SEE_USE],
  causes: ['pod-oom-killed', 'pod-crash-looping', 'node-cpu-saturated'],
  source: ['Prefect, flow_run.count: Kubernetes worker CPU spike and crash above 3.5K deployed flows'],
  judge: (look) => {
    const most = look.value('postgres.work_pools.most_deployments_on_kubernetes');
    const level = look.level(most);
    if (level === null) return null;
    const [pool] = v.parse(Pools, look.facts.kubernetes_pools);
    const trouble = [...(pool === undefined ? [] : workersOf(pool)), ...workersInTrouble(look)];
    return {
      severity: trouble.length > 0 ? level : 'info',
      evidence: [
        {
          text: `${pool?.pool ?? 'a Kubernetes work pool'} has ${most} deployments`,
          signal: 'postgres.work_pools.most_deployments_on_kubernetes',
          value: most,
          threshold: look.threshold(level),
        },
        ...trouble,
      ],
      ...(pool !== undefined && {
        remedy: [
          {
            ...SPLIT,
            command: `prefect work-pool create ${shellWord(`${pool.pool}-2`)} --type kubernetes`,
          },
          SEE_USE,
        ],
      }),
    };
  },
};
