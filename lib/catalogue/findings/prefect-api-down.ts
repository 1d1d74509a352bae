import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

export const prefectApiDown: FindingDefinition = {
  ...MINUTELY,
  id: 'prefect-api-down',
  kinds: ['prefect'],
  component: 'server',
  title: 'The Prefect API does not answer',
  needs: ['prefect.up'],
  meaning: '/health, which asks no database, is refused, times out or answers with an error.',
  impact:
    'Workers cannot fetch or report runs, the UI is gone, and running flows retry until their own limits end them.',
  remedy: [
    {
      text: 'See whether the server pods run and why they restarted.',
      command: 'kubectl get pods -n <namespace> -l app.kubernetes.io/name=prefect-server',
    },
    {
      text: 'Read their last words.',
      command: 'kubectl logs -n <namespace> deployment/prefect-server --previous --tail=100',
    },
  ],
  causes: ['postgres-down', 'pod-oom-killed', 'pod-crash-looping', 'workload-not-ready', 'node-not-ready'],
  source: ['Prefect, GET /health', 'API outage prevents task state confirmation and flow completion'],
  judge: (look) =>
    look.value('prefect.up') === 1
      ? null
      : {
          severity: 'critical',
          evidence: [
            { text: `${look.target.id}: GET /health does not answer 200`, signal: 'prefect.up', value: 0 },
          ],
        },
};
