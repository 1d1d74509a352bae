import { type FindingDefinition, STATUS_OF_SEVERITY } from '../finding.ts';
import { progressAt } from '../prefect/look.ts';
import { CAUSES_OF_STANDSTILL, READ_SERVICES_LOG, RESTART_SERVICES } from './background-services.ts';
import { MINUTELY } from './defaults.ts';

export const perpetualRaising: FindingDefinition = {
  ...MINUTELY,
  id: 'perpetual-raising',
  kinds: ['redis'],
  component: 'services',
  title: 'Runs of background services fail',
  // One failure counts for two minutes: who is told of it has failed again since.
  pendingSeconds: 180,
  // What nobody heard is not known, and that is usual: it keeps no rule from being judged.
  needs: ['redis.perpetual.next_due_seconds'],
  status: { ...STATUS_OF_SEVERITY, warning: 'error' },
  meaning:
    'The last run of a periodic service that was heard to end raised an exception. Prefect runs it again at its next time, as if nothing had been.',
  impact: 'What the service does is not done, or done in part, for as long as its runs fail.',
  remedy: [
    {
      text: 'An error of a time limit or of a connection is the database’s: look there first.',
    },
    READ_SERVICES_LOG,
    RESTART_SERVICES,
  ],
  causes: [...CAUSES_OF_STANDSTILL, 'db-connection-errors'],
  source: ['Prefect discussion 20738: status derivation'],
  judge(look) {
    const raising = progressAt(look).filter((p) => p.isExpected !== false && p.outcome.raised !== null);
    return raising.length === 0
      ? null
      : {
          severity: 'warning',
          evidence: raising.map(({ service, outcome: { raised, durationMs } }) => ({
            text: `${service.name} (${service.does}) raised${durationMs === null ? '' : ` after ${durationMs.toFixed(0)} ms`}: ${raised}`,
            signal: 'redis.perpetual.last_raised',
            value: 1,
          })),
        };
  },
};
