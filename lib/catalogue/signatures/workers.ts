import { type Signature, SOURCE } from './signature.ts';

/** Workers and agents: their loops, and what they submit. */
export const WORKER_SIGNATURES: readonly Signature[] = [
  {
    id: 'agent-stopped',
    theme: 'http2',
    pattern: /\bAgent stopped!/,
    anchors: ['Agent stopped!'],
    releases: { until: '2.20.99' },
    examples: [{ text: 'Agent stopped!', from: SOURCE }],
    nearMisses: ['Agent started! Looking for work from work pool'],
    meaning: 'an agent ended: nobody fetches the runs of its queue',
  },
  {
    id: 'loop-failed-attempts',
    theme: 'worker',
    pattern: /Failed the last \d{1,4} attempts\b/,
    anchors: ['Failed the last'],
    examples: [
      {
        text: 'Failed the last 3 attempts. Please check your environment and configuration.',
        from: 'connection-reset-client',
      },
    ],
    nearMisses: ['Failed the last attempt', 'Failed the last few attempts'],
    meaning: 'a loop of a worker or an agent failed several times in a row and backs off',
  },
  {
    id: 'loop-gave-up',
    theme: 'worker',
    pattern: /Service exceeded error threshold/,
    anchors: ['exceeded error threshold'],
    examples: [{ text: 'RuntimeError: Service exceeded error threshold.', from: 'api-stopped-worker' }],
    nearMisses: ['The flow exceeded its threshold.'],
    meaning: 'a loop of a worker or an agent gave up: the process ends, or goes on without it',
  },
  {
    id: 'worker-not-polling',
    theme: 'worker',
    pattern: /Worker has not polled in the last [\d.]{1,20} seconds/,
    anchors: ['has not polled in the last'],
    examples: [
      { text: 'Worker has not polled in the last 312.4 seconds and should be restarted', from: SOURCE },
    ],
    nearMisses: ['Worker has polled in the last 30 seconds'],
    meaning: 'a worker is alive and asks for no work any more',
  },
  {
    id: 'worker-api-unreachable',
    theme: 'worker',
    pattern: /Unable to reach the Prefect API while starting up/,
    anchors: ['Unable to reach the Prefect API'],
    releases: { since: '3.8.4' },
    examples: [
      {
        text: '04:54:24.454 | WARNING | prefect.workers.process.processworker 1e039284-22b0-454d-9e43-3ac643cd3cea - Unable to reach the Prefect API while starting up; the worker will keep attempting to connect: All connection attempts failed',
        from: 'api-unreachable-worker',
      },
    ],
    nearMisses: ['Unable to reach the Prefect docs'],
    meaning: 'a worker starts and cannot reach the API',
  },
  {
    id: 'cancellation-watch-failed',
    theme: 'worker',
    pattern: /flow run cancellation will fail/,
    anchors: ['flow run cancellation will fail'],
    examples: [
      {
        text: '04:13:20.897 | ERROR   | prefect.FlowRunCancellingObserver - Cancellation polling task failed. Execution will continue, but flow run cancellation will fail.',
        from: 'api-stopped-worker',
      },
    ],
    nearMisses: ['flow run cancellation was asked for'],
    meaning: 'a run or worker will not hear of cancellations until it is restarted',
  },
  {
    id: 'abort-already-pending',
    theme: 'submission',
    pattern: /This run is in a PENDING state and cannot transition to a PENDING state/,
    anchors: ['cannot transition to a PENDING'],
    examples: [
      {
        text: "04:10:02.681 | INFO    | prefect.flow_runs.worker - Aborted submission of flow run '631e02aa-fc84-485a-83ea-dac62e252f8b'. Server sent an abort signal: This run is in a PENDING state and cannot transition to a PENDING state.",
        from: 'abort-worker',
      },
    ],
    nearMisses: ['This run is in a RUNNING state and cannot transition to a PENDING state'],
    meaning: 'a run was submitted again although it is PENDING: the first submission was taken for lost',
  },
  {
    id: 'abort-other',
    theme: 'submission',
    pattern:
      /Server sent an abort signal: (?!This run is in a PENDING state and cannot transition to a PENDING)/,
    anchors: ['sent an abort signal'],
    examples: [
      {
        text: "Aborted submission of flow run '0b155cb8-735c-49b1-911b-3b13249c4d3c'. Server sent an abort signal: Deployment concurrency limit reached.",
        from: SOURCE,
      },
    ],
    nearMisses: ['The process received an abort signal: 6'],
    meaning: 'the server refused a submission: a limit is reached, or another worker was first',
  },
  {
    id: 'submission-failed',
    theme: 'submission',
    pattern: /Failed to submit flow run\b/,
    anchors: ['Failed to submit flow run'],
    examples: [
      { text: "Failed to submit flow run 'blue-fox' to infrastructure.", from: SOURCE },
      {
        text: 'Failed to submit flow run',
        from: 'read-timeout-client',
      },
    ],
    nearMisses: ['Failed to submit task run to the runner'],
    meaning: 'a worker could not start the infrastructure of a run, or not tell the API of it',
  },
  {
    id: 'start-failed',
    theme: 'submission',
    pattern: /Flow run '[^']{1,80}' could not start:/,
    anchors: ['could not start:'],
    releases: { since: '3.8.0' },
    examples: [
      {
        text: "04:10:13.880 | ERROR   | prefect.runner.flow_run_executor - Flow run '5cba63b0-67aa-4fda-85b1-bbe996231006' could not start: unhandled errors in a TaskGroup (1 sub-exception)",
        from: 'submission-worker',
      },
    ],
    nearMisses: ["Flow 'blue-fox' could not start: no such flow"],
    meaning: "a run's process could not be started: a wrong command, image or working directory",
  },
  {
    id: 'kubernetes-job-failed',
    theme: 'submission',
    pattern: /Unable to create Kubernetes job\b/,
    anchors: ['Unable to create Kubernetes job'],
    examples: [{ text: 'Unable to create Kubernetes job: Forbidden', from: SOURCE }],
    nearMisses: ['Creating Kubernetes job...'],
    meaning: "Kubernetes refused a run's job: permissions, quota or a wrong manifest",
  },
  {
    id: 'state-update-failed',
    theme: 'submission',
    pattern: /Failed to update state of flow run\b/,
    anchors: ['Failed to update state'],
    examples: [
      {
        text: "04:12:54.172 | ERROR   | prefect.runner.state_proposer - Failed to update state of flow run '01a1fc4b-cfae-7347-b174-b8ee3e27c649'",
        from: 'api-stopped-worker',
      },
    ],
    nearMisses: ['Failed to update the state of the art'],
    meaning: 'a run ended and the API could not be told: it keeps its last state',
  },
  {
    id: 'reported-crashed',
    theme: 'submission',
    pattern: /Reported flow run '[^']{1,80}' as crashed\b/,
    anchors: ['as crashed'],
    examples: [
      {
        text: "04:14:01.967 | INFO    | prefect.flow_runs.worker - Reported flow run '01a1fc4b-cfc1-7720-aaea-4b43d8b21463' as crashed: Flow run infrastructure exited with non-zero status code 1. Process exited with a general error.",
        from: 'api-stopped-worker',
      },
    ],
    nearMisses: ["Reported flow run 'x' as completed"],
    meaning: "a run's infrastructure ended badly and the worker said so",
  },
  {
    id: 'infrastructure-lost',
    theme: 'submission',
    pattern: /Lost connection to flow run '|Infrastructure returned without reporting flow run/,
    anchors: ['Lost connection to flow run', 'without reporting flow run'],
    examples: [{ text: "Lost connection to flow run 'blue-fox' infrastructure", from: SOURCE }],
    nearMisses: ['Lost connection to the flow'],
    meaning: 'a worker no longer knows what became of a run',
  },
  {
    id: 'invalid-parameters',
    theme: 'parameters',
    pattern:
      /Validation of flow parameters failed with error|^(?:prefect\.exceptions\.)?(?:ParameterTypeError|SignatureMismatchError)\b/m,
    anchors: ['Validation of flow parameters failed', 'ParameterTypeError', 'SignatureMismatchError'],
    examples: [
      {
        text: '04:10:05.214 | ERROR   | prefect.engine - Validation of flow parameters failed with error: Flow run received invalid parameters:',
        from: 'invalid-parameters-flow',
      },
    ],
    nearMisses: ['Validation of flow parameters succeeded', 'Finished: ParameterTypeError was handled'],
    meaning: 'a run failed before its first line: its parameters do not fit the flow',
  },
];
