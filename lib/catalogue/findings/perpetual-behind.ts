import { type FindingDefinition, STATUS_OF_SEVERITY } from '../finding.ts';
import { progressAt } from '../prefect/look.ts';
import { DEGRADED_AFTER_INTERVALS, ERROR_AFTER_INTERVALS, type Progress } from '../prefect/progress.ts';
import { CAUSES_OF_STANDSTILL, READ_SERVICES_LOG, RESTART_SERVICES } from './background-services.ts';
import { MINUTELY } from './defaults.ts';
import { lateEvidence } from './perpetual-evidence.ts';

const isBehind = ({ isExpected, intervals }: Progress): boolean =>
  isExpected !== false && intervals !== null && intervals <= ERROR_AFTER_INTERVALS;

export const perpetualBehind: FindingDefinition = {
  ...MINUTELY,
  id: 'perpetual-behind',
  kinds: ['redis'],
  component: 'services',
  title: 'Background services are behind their interval',
  // When it last began, an older docket does not say; when it is due, every one does.
  needs: ['redis.perpetual.next_due_seconds'],
  thresholds: { warning: { enter: DEGRADED_AFTER_INTERVALS, leave: 1.5 } },
  status: { ...STATUS_OF_SEVERITY, warning: 'degraded' },
  meaning:
    'A periodic service began its last run more than two of its intervals ago: its runs take too long, or nobody starts them.',
  impact: 'What the service does comes late: see each of them in the evidence.',
  remedy: [
    { text: 'Look at the database first: slow statements are what most often makes these services late.' },
    READ_SERVICES_LOG,
    RESTART_SERVICES,
  ],
  causes: ['docket-no-live-worker', ...CAUSES_OF_STANDSTILL],
  source: ['Prefect discussion 20738: status derivation', 'Prefect Vitals: background services'],
  judge(look) {
    const late = progressAt(look).filter((p) => isBehind(p) && look.level(p.intervals ?? 0) !== null);
    const threshold = look.threshold('warning');
    return late.length === 0
      ? null
      : { severity: 'warning', evidence: late.map((progress) => lateEvidence(progress, threshold)) };
  },
};
