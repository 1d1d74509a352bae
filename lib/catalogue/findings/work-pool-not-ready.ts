import type { Remedy } from '../../model/finding.ts';
import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';
import { valueIn, workSignal, workSignals } from './work.ts';
import { POOLS_NAMED, workPoolsIn } from './work-pools.ts';

const SEE_POOLS: Remedy = { text: 'See the pools and their state.', command: 'prefect work-pool ls' };
const SEE_WORKERS: Remedy = {
  text: 'See whether its worker runs.',
  command: 'kubectl get pods -n <namespace> -l app.kubernetes.io/component=worker',
};

export const workPoolNotReady: FindingDefinition = {
  ...MINUTELY,
  id: 'work-pool-not-ready',
  kinds: ['postgres', 'prefect'],
  component: 'work-pools',
  title: 'A work pool in use has no worker',
  needs: workSignals('work_pools.not_ready_in_use'),
  thresholds: { warning: { enter: 1, leave: 1 } },
  meaning:
    'A work pool that deployments send their runs to is NOT_READY: none of its workers sends heartbeats. It is critical once runs wait.',
  impact: 'Runs of its deployments are scheduled, become late, and nobody starts them.',
  remedy: [
    SEE_POOLS,
    SEE_WORKERS,
    { text: 'Start one, if none is meant to run elsewhere.', command: 'prefect worker start --pool <pool>' },
  ],
  causes: ['prefect-api-down', 'prefect-not-ready', 'workers-stale', 'postgres-lock-contention'],
  source: ['Prefect, Monitoring the stack: Prefect Application Services', 'Prefect issue 20729'],
  judge: (look) => {
    const many = valueIn(look, 'work_pools.not_ready_in_use');
    const level = look.level(many);
    if (level === null) return null;
    const pools = workPoolsIn(look.facts.work_pools_not_ready);
    const named = pools.slice(0, POOLS_NAMED);
    return {
      severity: pools.some((p) => (p.late ?? 0) > 0) ? 'critical' : level,
      evidence: [
        {
          text: `${many} work pools in use are NOT_READY`,
          signal: workSignal(look, 'work_pools.not_ready_in_use'),
          value: many,
          threshold: look.threshold(level),
        },
        ...named.map((p) => ({
          text: `${p.name}: ${p.workers} workers alive${p.late === null ? '' : `, ${p.late} runs late`}`,
        })),
      ],
      remedy: [
        SEE_POOLS,
        SEE_WORKERS,
        ...named.map((p) => ({
          text: `Start a worker for ${p.name}, if none is meant to run elsewhere.`,
          command: `prefect worker start --pool ${shellWord(p.name)}`,
        })),
      ],
    };
  },
};
