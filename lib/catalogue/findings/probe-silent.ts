import { TARGET_KINDS } from '../../model/report.ts';
import { type FindingDefinition, STATUS_OF_SEVERITY } from '../finding.ts';

export const probeSilent: FindingDefinition = {
  id: 'probe-silent',
  kinds: TARGET_KINDS,
  component: 'monitor',
  title: 'A probe has gone silent',
  needs: ['monitor.report.age_intervals'],
  thresholds: { warning: { enter: 2, leave: 2 }, critical: { enter: 10, leave: 10 } },
  pendingSeconds: 0,
  recoverySeconds: 0,
  status: STATUS_OF_SEVERITY,
  meaning:
    'No report of this target came for more than two intervals: the probe does not run, dies, or cannot write its report.',
  impact: 'The state of the target is unknown: whatever happens to it now is not seen.',
  remedy: [
    { text: 'Read the log of the probe.', command: 'aws logs tail --since 15m /aws/lambda/<probe function>' },
    {
      text: 'See whether its schedule is enabled and the dead-letter queue is empty.',
      command: 'aws scheduler list-schedules --group-name PrefectVitals',
    },
  ],
  causes: [],
  source: ['Prefect Vitals: the monitor itself'],
  judge: (look) => {
    const intervals = look.value('monitor.report.age_intervals');
    const severity = look.level(intervals);
    return severity === null
      ? null
      : {
          severity,
          evidence: [
            {
              text: `the newest report of ${look.target.id} is ${intervals.toFixed(1)} intervals old`,
              signal: 'monitor.report.age_intervals',
              value: intervals,
              threshold: look.threshold(severity),
            },
          ],
        };
  },
};
