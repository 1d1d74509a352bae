import { type Signature, SOURCE } from './signature.ts';

/** The Kubernetes worker's watch over its pods and jobs. */
export const OBSERVER_SIGNATURES: readonly Signature[] = [
  {
    id: 'observer-event-failed',
    theme: 'observer',
    pattern: /Handler '_(?:replicate_pod_event|mark_flow_run_as_crashed)' failed\b/,
    anchors: ["Handler '_"],
    examples: [
      {
        text: "08:00:00.000 | ERROR   | kopf.objects - [flows/blue-fox-abc12] Handler '_replicate_pod_event' failed with an exception. Will retry.",
        from: SOURCE,
      },
    ],
    nearMisses: ["Handler '_replicate_pod_event' succeeded.", "Handler 'mine' failed"],
    meaning: 'what a pod did could not be told to the API in time',
  },
  {
    id: 'job-failed-unobserved',
    theme: 'observer',
    pattern: /Job \S{1,253} has failed and no other active jobs found|Failed to get jobs for flow run/,
    anchors: ['no other active jobs found', 'Failed to get jobs for flow run'],
    examples: [
      {
        text: '08:00:00.000 | WARNING | kopf.objects - Job blue-fox-abc12 has failed and no other active jobs found for flow run 01a1fc4b, marking as crashed',
        from: SOURCE,
      },
    ],
    nearMisses: ['Job blue-fox-abc12 has succeeded'],
    meaning: "a run's job failed without the run saying so",
  },
  {
    id: 'pod-trouble',
    theme: 'observer',
    pattern:
      /Image pull failed for container|is crash-looping|Pod is unschedulable|Pod was evicted|\bOOMKilled\b/,
    anchors: ['Image pull failed', 'crash-looping', 'Pod is unschedulable', 'Pod was evicted', 'OOMKilled'],
    examples: [{ text: "Image pull failed for container 'prefect-job'", from: SOURCE }],
    nearMisses: ['Image pulled for container', 'Pod was created'],
    meaning: "a run's pod cannot start, or was killed: image, room or memory",
  },
];
