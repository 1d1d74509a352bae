import type { FindingDefinition } from '../finding.ts';
import { progressAt } from '../prefect/look.ts';
import { ERROR_AFTER_INTERVALS } from '../prefect/progress.ts';
import { CAUSES_OF_STANDSTILL, READ_SERVICES_LOG, RESTART_SERVICES } from './background-services.ts';
import { MINUTELY } from './defaults.ts';
import { lateEvidence } from './perpetual-evidence.ts';

export const perpetualStopped: FindingDefinition = {
  ...MINUTELY,
  id: 'perpetual-stopped',
  kinds: ['redis'],
  component: 'services',
  title: 'Background services have stopped',
  // When it last began, an older docket does not say; when it is due, every one does.
  needs: ['redis.perpetual.next_due_seconds'],
  thresholds: { critical: { enter: ERROR_AFTER_INTERVALS, leave: 2 } },
  meaning:
    'A periodic service began its last run more than five of its intervals ago. Its worker may be live and its pod ready all the same: this is judged by runs, not by heartbeats.',
  impact: 'What the service does no longer happens: see each of them in the evidence.',
  remedy: [RESTART_SERVICES, READ_SERVICES_LOG],
  causes: ['docket-no-live-worker', ...CAUSES_OF_STANDSTILL],
  source: ['Prefect discussion 20738: status derivation', 'Prefect issue 22436'],
  judge(look) {
    const stopped = progressAt(look).filter(
      (p) => p.isExpected !== false && p.intervals !== null && look.level(p.intervals) === 'critical',
    );
    const threshold = look.threshold('critical');
    return stopped.length === 0
      ? null
      : { severity: 'critical', evidence: stopped.map((progress) => lateEvidence(progress, threshold)) };
  },
};
