import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

export const postgresDown: FindingDefinition = {
  ...MINUTELY,
  id: 'postgres-down',
  kinds: ['postgres'],
  component: 'database',
  title: 'PostgreSQL does not answer',
  needs: ['postgres.up'],
  meaning:
    'No session could be opened: nothing listens, nothing answers in time, or the server is starting up or shutting down.',
  impact:
    'Prefect keeps all state here. The API answers 503, schedules stop, running flows cannot report their state, and background work piles up in Redis until the database is back.',
  remedy: [
    { text: 'See whether the server accepts connections.', command: 'pg_isready -h <host> -p <port>' },
    {
      text: 'On RDS, read the latest events of the instance.',
      command: 'aws rds describe-events --source-type db-instance --duration 60',
    },
    { text: 'Check the security groups, the route and the storage that is left.' },
  ],
  causes: [],
  source: ['Prefect, Monitoring the stack: PostgreSQL', 'Prefect discussion 20738'],
  judge: (look) =>
    look.value('postgres.up') === 1
      ? null
      : {
          severity: 'critical',
          evidence: [{ text: `${look.target.id} does not accept sessions`, signal: 'postgres.up', value: 0 }],
        },
};
