import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

export const prefectNotReady: FindingDefinition = {
  ...MINUTELY,
  id: 'prefect-not-ready',
  kinds: ['prefect'],
  component: 'server',
  title: 'The Prefect API runs but cannot reach its database',
  needs: ['prefect.up', 'prefect.ready'],
  meaning:
    '/health answers while /ready does not: the server could not take a connection to its database in time.',
  impact: 'Nearly every request waits and fails; state changes of running flows are not recorded.',
  remedy: [
    { text: 'Look at the database first: its own findings stand beside this one.' },
    {
      text: 'If the database is well, the pool of the server is exhausted: see its settings.',
      command: 'prefect config view --show-defaults | grep SQLALCHEMY',
    },
    {
      text: 'A restart frees a pool that leaked.',
      command: 'kubectl rollout restart deployment/prefect-server -n <namespace>',
    },
  ],
  causes: ['postgres-down', 'db-pool-exhausted', 'postgres-connections-high', 'postgres-lock-contention'],
  source: ['Prefect, GET /ready'],
  judge: (look) =>
    look.value('prefect.up') === 1 && look.value('prefect.ready') === 0
      ? {
          severity: 'critical',
          evidence: [
            { text: `${look.target.id}: GET /ready does not answer 200`, signal: 'prefect.ready', value: 0 },
          ],
        }
      : null,
};
