import type { Evidence } from '../../model/finding.ts';
import type { FindingDefinition, Look } from '../finding.ts';
import { expectationsIn } from '../prefect/look.ts';
import { DEGRADED_AFTER_INTERVALS, progressIn } from '../prefect/progress.ts';
import { countOf, evidenceOf, IN_LOGS } from './log-signatures.ts';

const OVERRUN = 'mark-late-overrun';
/** What MarkLateRuns became with Prefect 3.6.7: a task of docket, which writes nothing when it is late. */
const SUCCESSOR = 'monitor_late_runs';

function behind(look: Look): readonly Evidence[] {
  const expectations = expectationsIn(look.elsewhere('prefect'));
  return look
    .elsewhere('redis')
    .flatMap(({ all }) => progressIn(all, expectations))
    .filter(({ service, isExpected, intervals }) => {
      const isLate = intervals !== null && intervals > DEGRADED_AFTER_INTERVALS;
      return service.name === SUCCESSOR && isExpected !== false && isLate;
    })
    .map(({ intervals }) => ({
      text: `${SUCCESSOR} last began ${(intervals ?? 0).toFixed(1)} of its intervals ago`,
      value: intervals,
      threshold: DEGRADED_AFTER_INTERVALS,
    }));
}

export const markLateOverrun: FindingDefinition = {
  ...IN_LOGS,
  id: 'mark-late-overrun',
  component: 'services',
  title: 'Late runs are marked too slowly',
  meaning:
    'The service that marks runs as Late takes longer than its interval of 5 s: too many runs wait, or its statements are slow.',
  impact:
    'Runs that nobody fetches look scheduled: automations and alerts that watch for Late hear of them late, or never.',
  remedy: [
    {
      text: 'Look at the statement it waits for; an index on flow_run may be invalid or its statistics old.',
      command: 'ANALYZE flow_run;',
    },
    {
      text: 'Give it longer than it takes: its interval (marklateruns.loop_interval) is 5 seconds unless set.',
      command: 'PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS=15',
    },
    {
      text: 'Where it waits for a connection, enlarge the pool of the background services.',
      command: 'PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE=60',
    },
  ],
  causes: [
    'perpetual-stopped',
    'perpetual-behind',
    'postgres-lock-contention',
    'postgres-cpu-high',
    'statistics-stale',
    'run-flood-unlimited',
  ],
  source: ['Prefect, flow_run.count: MarkLateRuns service execution exceeds loop intervals'],
  judge(look) {
    const late = behind(look);
    if (countOf(look, [OVERRUN]) === 0 && late.length === 0) return null;
    return { severity: 'warning', evidence: [...evidenceOf(look, [OVERRUN]), ...late] };
  },
};
