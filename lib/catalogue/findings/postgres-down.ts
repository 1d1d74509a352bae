import type { Remedy } from '../../model/finding.ts';
import type { FindingDefinition, Looked } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';

interface Named {
  readonly host: string;
  readonly port: string;
  /** The options that pick what stands behind it out of all events of RDS. */
  readonly source: string;
}

const remedyFor = ({ host, port, source }: Named): readonly Remedy[] => [
  { text: 'See whether the server accepts connections.', command: `pg_isready -h ${host} -p ${port}` },
  {
    text: 'On RDS, read the latest events of the instance.',
    command: `aws rds describe-events --source-type ${source} --duration 60`,
  },
  { text: 'Check the security groups, the route and the storage that is left.' },
];

function namesOf({ host, port, rds }: NonNullable<Looked['server']>): Named {
  const source =
    rds?.instance !== undefined
      ? `db-instance --source-identifier ${shellWord(rds.instance)}`
      : rds?.cluster !== undefined
        ? `db-cluster --source-identifier ${shellWord(rds.cluster)}`
        : 'db-instance';
  return { host: shellWord(host), port: String(port), source };
}

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
  remedy: remedyFor({ host: '<host>', port: '<port>', source: 'db-instance' }),
  causes: [],
  source: ['Prefect, Monitoring the stack: PostgreSQL', 'Prefect discussion 20738'],
  judge: (look) =>
    look.value('postgres.up') === 1
      ? null
      : {
          severity: 'critical',
          evidence: [{ text: `${look.target.id} does not accept sessions`, signal: 'postgres.up', value: 0 }],
          ...(look.target.server && { remedy: remedyFor(namesOf(look.target.server)) }),
        },
};
