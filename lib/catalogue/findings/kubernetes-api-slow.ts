import { type FindingDefinition, STATUS_OF_SEVERITY } from '../finding.ts';

/** Three minutely reports must agree: one slow answer is any network's. */
const THREE_MINUTELY_REPORTS_SECONDS = 110;

export const kubernetesApiSlow: FindingDefinition = {
  id: 'kubernetes-api-slow',
  kinds: ['kubernetes'],
  component: 'kubernetes',
  title: 'The API server of Kubernetes is slow',
  needs: ['kubernetes.api_ms'],
  thresholds: { warning: { enter: 500, leave: 300 }, critical: { enter: 2_000, leave: 1_000 } },
  pendingSeconds: THREE_MINUTELY_REPORTS_SECONDS,
  recoverySeconds: THREE_MINUTELY_REPORTS_SECONDS,
  status: STATUS_OF_SEVERITY,
  meaning:
    'It takes this long for an answer it has in memory, over a connection that is open: it is overloaded, or throttles.',
  impact:
    'A leading sign of an unstable cluster. Workers submit flow runs late or give up, and their observers miss the events of pods.',
  remedy: [
    {
      text: 'See who asks how much, and what is rejected.',
      command: "kubectl get --raw /metrics | grep -E '^apiserver_(flowcontrol_rejected|current_inflight)'",
    },
    {
      text: 'See how many objects there are: finished jobs and pods of flow runs pile up unless they expire.',
      command: 'kubectl get jobs,pods --all-namespaces --no-headers | wc -l',
    },
    {
      text: 'Let the jobs of flow runs expire: ttlSecondsAfterFinished in the work pool’s base job template.',
    },
  ],
  causes: ['etcd-unhealthy', 'run-flood-unlimited'],
  source: ['Prefect, Monitoring the stack: Kubernetes cluster'],
  judge: (look) => {
    const value = look.value('kubernetes.api_ms');
    const severity = look.level(value);
    if (severity === null) return null;
    return {
      severity,
      evidence: [
        {
          text: `GET /version took ${value.toFixed(0)} ms`,
          signal: 'kubernetes.api_ms',
          value,
          threshold: look.threshold(severity),
        },
      ],
    };
  },
};
