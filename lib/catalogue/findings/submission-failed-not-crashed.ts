import { seenInLogs } from './log-signatures.ts';

export const submissionFailedNotCrashed = seenInLogs(
  ['submission-failed', 'start-failed', 'kubernetes-job-failed'],
  {
    id: 'submission-failed-not-crashed',
    component: 'flow-runs',
    title: 'Workers cannot start the infrastructure of runs',
    thresholds: { warning: { enter: 1, leave: 1 } },
    meaning:
      'A worker or agent could not start the process, container or job of a run. Depending on its release and on where it failed, the run becomes FAILED ("Submission failed.") or CRASHED.',
    impact:
      'The run never ran. Automations and alerts that watch for CRASHED alone do not hear of those that are FAILED.',
    remedy: [
      {
        text: 'See what these runs became.',
        command: 'prefect flow-run ls --state-type FAILED --state-type CRASHED --limit 20',
      },
      {
        text: 'Have automations for failed infrastructure expect both states: prefect.flow-run.Failed and prefect.flow-run.Crashed.',
      },
    ],
    causes: ['work-pool-not-ready', 'prefect-api-down', 'invalid-parameters'],
    source: [
      'Prefect, flow_run.count: Flow run submission failure sets incorrect Failed state instead of Crashed',
    ],
  },
);
