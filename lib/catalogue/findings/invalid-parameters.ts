import { seenInLogs } from './log-signatures.ts';

export const invalidParameters = seenInLogs(['invalid-parameters'], {
  id: 'invalid-parameters',
  component: 'flow-runs',
  title: 'Runs fail before they start: their parameters do not fit',
  thresholds: { warning: { enter: 1, leave: 1 } },
  meaning:
    'A run was given parameters that its flow does not take: the flow changed after it was deployed, or an automation or caller fills them in wrongly.',
  impact: 'These runs are FAILED without a line of the flow having run, and every retry fails the same way.',
  remedy: [
    { text: 'See what the deployment takes.', command: 'prefect deployment inspect <flow>/<deployment>' },
    {
      text: 'Deploy the flow again, so that its parameter schema is checked when a run is created.',
      command: 'prefect deploy --name <deployment>',
    },
  ],
  causes: [],
  source: ['Prefect, flow_run.count: Invalid parameters cause flow runs to fail before execution'],
});
