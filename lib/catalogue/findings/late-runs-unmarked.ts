import { duration } from '../duration.ts';
import type { FindingDefinition } from '../finding.ts';
import { READ_SERVICES_LOG, RESTART_SERVICES } from './background-services.ts';
import { MINUTELY } from './defaults.ts';
import { valueIn, workSignal, workSignals } from './work.ts';

export const lateRunsUnmarked: FindingDefinition = {
  ...MINUTELY,
  id: 'late-runs-unmarked',
  kinds: ['postgres', 'prefect'],
  component: 'services',
  title: 'Late flow runs are not marked as late',
  needs: workSignals('flow_runs.late_unmarked_oldest_seconds', 'flow_runs.late_unmarked'),
  thresholds: { warning: { enter: 60, leave: 30 }, critical: { enter: 600, leave: 300 } },
  meaning:
    'Runs are past their start by more than the threshold, in seconds, and still Scheduled. The background service that marks them Late after 15 seconds does not run, or cannot keep up.',
  impact:
    'Nobody is told that runs are late, automations on late runs do not fire, and the other background services that share its process probably stand still as well.',
  remedy: [
    READ_SERVICES_LOG,
    RESTART_SERVICES,
    {
      text: 'If you mark runs late after more than 15 seconds, raise the threshold of this finding.',
      command: 'prefect config view | grep LATE_RUNS',
    },
  ],
  causes: ['redis-down', 'prefect-not-ready', 'postgres-lock-contention', 'postgres-connections-high'],
  source: [
    'Prefect, flow_run.count: MarkLateRuns service execution exceeds loop interval',
    'Prefect discussion 20738: monitor_late_runs',
  ],
  judge: (look) => {
    const oldest = valueIn(look, 'flow_runs.late_unmarked_oldest_seconds');
    const severity = look.level(oldest);
    if (severity === null) return null;
    const runs = valueIn(look, 'flow_runs.late_unmarked');
    return {
      severity,
      evidence: [
        {
          text: `the longest was to start ${duration(oldest)} ago and is not marked Late`,
          signal: workSignal(look, 'flow_runs.late_unmarked_oldest_seconds'),
          value: oldest,
          threshold: look.threshold(severity),
        },
        {
          text: `${runs} runs are over a minute past their start and unmarked`,
          signal: workSignal(look, 'flow_runs.late_unmarked'),
          value: runs,
        },
      ],
    };
  },
};
