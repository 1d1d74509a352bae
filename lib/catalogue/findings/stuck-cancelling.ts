import type { Remedy } from '../../model/finding.ts';
import { duration } from '../duration.ts';
import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';
import { stuckRunsIn, whereStuck } from './stuck-runs.ts';

/** Sets the state past every rule: nobody is left to confirm the cancellation. */
const forced = (id: string): string =>
  `curl -X POST "$PREFECT_API_URL/flow_runs/${id}/set_state" -H 'Content-Type: application/json' -d '{"state": {"type": "CANCELLED"}, "force": true}'`;

const SEE_SERVICES: Remedy = {
  text: 'See whether the clean-up of cancellations is on: it is one of the background services.',
  command: 'prefect server services ls',
};

const PATIENCE: Remedy = {
  text: 'Let alerts of your own on flow runs wait for five minutes (`for: 5m` in Prometheus): a cancellation that goes well takes some.',
};

export const stuckCancelling: FindingDefinition = {
  ...MINUTELY,
  id: 'stuck-cancelling',
  kinds: ['postgres'],
  component: 'flow-runs',
  title: 'Flow runs are stuck CANCELLING',
  needs: ['postgres.flow_runs.stuck_cancelling', 'postgres.flow_runs.stuck_cancelling_oldest_seconds'],
  thresholds: { warning: { enter: 1, leave: 1 } },
  meaning:
    'Runs were told to stop over 320 seconds ago and nobody confirmed it. From Prefect 3.7.5 on the background services end them after 300 seconds: then these services do not do so.',
  impact: 'They keep raising alerts, hold their slots, and their infrastructure may still be running.',
  remedy: [
    SEE_SERVICES,
    {
      text: 'See whether the infrastructure of the run is still there.',
      command: 'kubectl get pods --all-namespaces -l prefect.io/flow-run-id=<id>',
    },
    { text: 'Then set its state by force.', command: forced('<id>') },
    PATIENCE,
  ],
  causes: ['redis-down', 'prefect-api-down', 'postgres-lock-contention'],
  source: [
    'Prefect, flow_run.count: Flow runs stuck in Cancelling state trigger persistent alerts',
    'Prefect issue 22238',
  ],
  judge: (look) => {
    const runs = look.value('postgres.flow_runs.stuck_cancelling');
    const severity = look.level(runs);
    if (severity === null) return null;
    const oldest = look.value('postgres.flow_runs.stuck_cancelling_oldest_seconds');
    const stuck = stuckRunsIn(look.facts.stuck_cancelling);
    return {
      severity,
      evidence: [
        {
          text: `${runs} runs CANCELLING for over 320 s`,
          signal: 'postgres.flow_runs.stuck_cancelling',
          value: runs,
          threshold: look.threshold(severity),
        },
        {
          text: `the oldest for ${duration(oldest)}`,
          signal: 'postgres.flow_runs.stuck_cancelling_oldest_seconds',
          value: oldest,
        },
        ...whereStuck(stuck),
      ],
      ...(stuck.oldest.length > 0 && {
        remedy: [
          SEE_SERVICES,
          ...stuck.oldest.flatMap((id) => [
            {
              text: 'See whether its infrastructure is still there.',
              command: `kubectl get pods --all-namespaces -l prefect.io/flow-run-id=${shellWord(id)}`,
            },
            { text: 'Then set its state by force.', command: forced(encodeURIComponent(id)) },
          ]),
          PATIENCE,
        ],
      }),
    };
  },
};
