import type { Evidence } from '../../model/finding.ts';
import { type FindingDefinition, type Look, STATUS_OF_SEVERITY } from '../finding.ts';

/** Three minutely reports must agree: one slow answer is any network's. */
const THREE_MINUTELY_REPORTS_SECONDS = 110;

/** Kubernetes' own objective for requests of single objects. */
const P99_MS = 1_000;

/** A list takes as long as it is; what is about one object should not. */
const slowVerbsIn = (look: Look): readonly Evidence[] =>
  look.all('kubernetes.request.duration.p99_ms').flatMap(({ value, labels }) =>
    value === null || value < P99_MS || labels?.verb === 'LIST'
      ? []
      : [
          {
            text: `99 % of ${labels?.verb} were answered within ${value.toFixed(0)} ms`,
            signal: 'kubernetes.request.duration.p99_ms',
            value,
            threshold: P99_MS,
          },
        ],
  );

/** What EKS says of it, where the API server's own /metrics cannot be read. */
const SAID_BY_EKS = { GET: 'kubernetes.eks.get.p99_ms', POST: 'kubernetes.eks.post.p99_ms' } as const;

function slowByEks(look: Look): readonly Evidence[] {
  const isKnownBetter = look.all('kubernetes.request.duration.p99_ms').some((r) => r.value !== null);
  if (isKnownBetter) return [];
  return Object.entries(SAID_BY_EKS).flatMap(([verb, signal]) => {
    const value = look.all(signal)[0]?.value ?? null;
    if (value === null || value < P99_MS) return [];
    const text = `99 % of ${verb} were answered within ${value.toFixed(0)} ms, as EKS says`;
    return [{ text, signal, value, threshold: P99_MS }];
  });
}

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
    'It takes long for an answer it has in memory, or for one in a hundred requests of a single object: it is overloaded, or throttles.',
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
    const slow = [...slowVerbsIn(look), ...slowByEks(look)];
    if (severity === null && slow.length === 0) return null;
    return {
      severity: severity ?? 'warning',
      evidence: [
        {
          text: `GET /version took ${value.toFixed(0)} ms`,
          signal: 'kubernetes.api_ms',
          value,
          threshold: look.threshold(severity ?? 'warning'),
        },
        ...slow,
      ],
    };
  },
};
