import type { Remedy } from '../../model/finding.ts';
import { duration } from '../duration.ts';
import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';
import { stuckRunsIn, whereStuck } from './stuck-runs.ts';

const POOLS_NAMED = 2;
const SEE_PENDING: Remedy = {
  text: 'See what waits, and for how long.',
  command: 'prefect flow-run ls --state-type PENDING --limit 50',
};
const seePod = (id: string): Remedy => ({
  text: 'On Kubernetes, see whether its pod waits for room or for its image.',
  command: `kubectl get pods --all-namespaces -l prefect.io/flow-run-id=${id} -o wide`,
});

export const stuckPending: FindingDefinition = {
  ...MINUTELY,
  id: 'stuck-pending',
  kinds: ['postgres'],
  component: 'flow-runs',
  title: 'Flow runs are stuck PENDING',
  needs: ['postgres.flow_runs.stuck_pending', 'postgres.flow_runs.stuck_pending_oldest_seconds'],
  thresholds: { warning: { enter: 1, leave: 1 } },
  meaning:
    'Runs were handed to a worker over ten minutes ago and have not started: the worker died, or the infrastructure they wait for does not come.',
  impact:
    'They never start by themselves, and each holds a slot of its work pool and of every limit it falls under, for as long as it stays PENDING.',
  remedy: [
    SEE_PENDING,
    seePod('<id>'),
    {
      text: 'Cancel a run that will not start: its slots are then free.',
      command: 'prefect flow-run cancel <id>',
    },
  ],
  causes: [
    'work-pool-not-ready',
    'run-flood-unlimited',
    'prefect-api-down',
    'postgres-lock-contention',
    'kubernetes-api-down',
    'node-not-ready',
  ],
  source: [
    'Prefect, flow_run.count: Flow runs stuck in PENDING state accumulate',
    'Prefect issues 18933, 17955 and 18324',
  ],
  judge: (look) => {
    const runs = look.value('postgres.flow_runs.stuck_pending');
    const severity = look.level(runs);
    if (severity === null) return null;
    const oldest = look.value('postgres.flow_runs.stuck_pending_oldest_seconds');
    const stuck = stuckRunsIn(look.facts.stuck_pending);
    const [oldestRun] = stuck.oldest;
    return {
      severity,
      evidence: [
        {
          text: `${runs} runs PENDING for over 10 min`,
          signal: 'postgres.flow_runs.stuck_pending',
          value: runs,
          threshold: look.threshold(severity),
        },
        {
          text: `the oldest for ${duration(oldest)}`,
          signal: 'postgres.flow_runs.stuck_pending_oldest_seconds',
          value: oldest,
        },
        ...whereStuck(stuck),
      ],
      remedy: [
        SEE_PENDING,
        ...stuck.pools.slice(0, POOLS_NAMED).map(({ name }) => ({
          text: `See whether ${name} has a worker that is alive.`,
          command: `prefect work-pool inspect ${shellWord(name)}`,
        })),
        ...(oldestRun === undefined ? [] : [seePod(shellWord(oldestRun))]),
        ...stuck.oldest.map((id) => ({
          text: 'Cancel it if it will not start: its slots are then free.',
          command: `prefect flow-run cancel ${shellWord(id)}`,
        })),
      ],
    };
  },
};
