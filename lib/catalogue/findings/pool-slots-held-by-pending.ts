import type { Remedy } from '../../model/finding.ts';
import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';
import { stuckRunsIn } from './stuck-runs.ts';
import { POOLS_NAMED, type WorkPool, workPoolsIn } from './work-pools.ts';

const AGENT: Remedy = {
  text: 'An agent of Prefect 2, started by hand, says that it finds no slot.',
  command: 'prefect agent start --hide-welcome -q <queue> -p <pool>',
};

const remedyFor = ({ name, limit, used, held }: WorkPool): readonly Remedy[] => [
  {
    text: `See which runs hold the slots of ${name}.`,
    command: `prefect work-pool slots ${shellWord(name)}`,
  },
  {
    text: `Until they are cancelled, raise its limit by the ${held} slots they hold.`,
    command: `prefect work-pool set-concurrency-limit ${shellWord(name)} ${Math.max(limit ?? used, used) + held}`,
  },
];

export const poolSlotsHeldByPending: FindingDefinition = {
  ...MINUTELY,
  id: 'pool-slots-held-by-pending',
  kinds: ['postgres'],
  component: 'work-pools',
  title: 'Stuck runs hold the slots of a full work pool',
  needs: ['postgres.work_pools.stalled_by_pending'],
  thresholds: { critical: { enter: 1, leave: 1 } },
  meaning:
    'A work pool is at its concurrency limit, runs wait that should have started, and some of its slots are held by runs that have been PENDING for over ten minutes.',
  impact:
    'No worker picks up late runs of this pool while those slots are held: the schedule stops although nothing runs.',
  remedy: [
    { text: 'See which pools are at their limit.', command: 'prefect work-pool ls' },
    { text: 'Cancel the runs that will not start.', command: 'prefect flow-run cancel <id>' },
    {
      text: 'Until then raise the limit by the slots they hold.',
      command: 'prefect work-pool set-concurrency-limit <pool> <n>',
    },
    AGENT,
  ],
  causes: ['work-pool-not-ready', 'stuck-pending', 'postgres-lock-contention'],
  source: [
    'Prefect, flow_run.count: Work pool concurrency limit blocks agent from picking up late runs',
    'Prefect issue 18933',
  ],
  judge: (look) => {
    const stalled = look.value('postgres.work_pools.stalled_by_pending');
    const severity = look.level(stalled);
    if (severity === null) return null;
    const pools = workPoolsIn(look.facts.work_pools_stalled).slice(0, POOLS_NAMED);
    const stuck = stuckRunsIn(look.facts.stuck_pending).oldest;
    return {
      severity,
      evidence: [
        {
          text: `${stalled} work pools are full of runs that do not start`,
          signal: 'postgres.work_pools.stalled_by_pending',
          value: stalled,
          threshold: look.threshold(severity),
        },
        ...pools.map((p) => ({
          text: `${p.name}: ${p.used} of ${p.limit} slots taken, ${p.held} of them by runs PENDING for over 10 min; ${p.late} runs late`,
        })),
      ],
      ...(pools.length > 0 && {
        remedy: [
          ...stuck.map((id) => ({
            text: 'Cancel it if it will not start.',
            command: `prefect flow-run cancel ${shellWord(id)}`,
          })),
          ...pools.flatMap(remedyFor),
          AGENT,
        ],
      }),
    };
  },
};
