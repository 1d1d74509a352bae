import { duration } from '../duration.ts';
import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

/** A Date tells whole seconds and travels for some of them: less than this is no difference. */
const SECONDS_MAX = 10;

export const prefectClockSkewed: FindingDefinition = {
  ...MINUTELY,
  id: 'prefect-clock-skewed',
  kinds: ['prefect'],
  component: 'server',
  title: "The Prefect server's clock is off",
  needs: ['prefect.clock_skew_seconds'],
  meaning: "The time the server puts on its answers is not the probe's, which AWS keeps on time.",
  impact:
    'Schedules fire early or late by as much, heartbeats and lateness are judged wrongly, and tokens may be refused.',
  remedy: [
    { text: 'See whether the node keeps its time.', command: 'chronyc tracking' },
    {
      text: 'Compare the clock inside the pod.',
      command: 'kubectl exec -n <namespace> deployment/prefect-server -- date -u',
    },
  ],
  causes: [],
  source: ['Prefect Vitals: the Date of GET /health'],
  judge: (look) => {
    const skew = look.value('prefect.clock_skew_seconds');
    if (Math.abs(skew) < SECONDS_MAX) return null;
    return {
      severity: 'info',
      evidence: [
        {
          text: `${look.target.id} is ${duration(Math.round(Math.abs(skew)))} ${skew > 0 ? 'ahead' : 'behind'}`,
          signal: 'prefect.clock_skew_seconds',
          value: skew,
          threshold: SECONDS_MAX,
        },
      ],
    };
  },
};
