import type { FindingDefinition, Look, Verdict } from '../finding.ts';
import { MINUTELY } from './defaults.ts';
import { checksIn } from './kubernetes-facts.ts';

const GIB = 1024 ** 3;

/** What EKS lets a cluster's etcd grow to is 8 GiB, unless a larger control plane was ordered. */
const NEARLY_FULL = {
  warning: { enter: 6.5 * GIB, leave: 6 * GIB },
  critical: { enter: 7.5 * GIB, leave: 7 * GIB },
} as const;

function nearlyFull(look: Look): Verdict | null {
  const size = look.all('kubernetes.etcd.size_bytes')[0]?.value ?? null;
  if (size === null) return null;
  const severity = look.level(size);
  if (severity === null) return null;
  return {
    severity,
    evidence: [
      {
        text: `etcd’s database takes ${(size / GIB).toFixed(1)} GiB of the 8 that EKS gives it`,
        signal: 'kubernetes.etcd.size_bytes',
        value: size,
        threshold: look.threshold(severity),
      },
    ],
  };
}

export const etcdUnhealthy: FindingDefinition = {
  ...MINUTELY,
  id: 'etcd-unhealthy',
  kinds: ['kubernetes'],
  component: 'kubernetes',
  title: 'The cluster’s etcd is not healthy',
  needs: ['kubernetes.etcd.ready'],
  thresholds: NEARLY_FULL,
  meaning:
    'The API server’s own check says that it does not reach its etcd, or gets no answer in time; or, on EKS, etcd’s database is nearly full.',
  impact:
    'Nothing in the cluster can be changed and soon nothing read: no pod is scheduled, replaced or removed. What runs goes on running.',
  remedy: [
    { text: 'See the checks one by one.', command: "kubectl get --raw '/readyz?verbose'" },
    {
      text: 'On EKS it is AWS that runs etcd. See the health of the cluster, and how full its database is (apiserver_storage_size_bytes in AWS/EKS).',
      command: 'aws eks describe-cluster --name <cluster> --query cluster.health',
    },
    {
      text: 'When it is nearly full: see what there is too much of, finished jobs of flow runs and events first, and let it expire.',
      command: "kubectl get --raw /metrics | grep '^apiserver_storage_objects' | sort -t' ' -k2 -g | tail",
    },
  ],
  causes: [],
  source: ['Prefect, Monitoring the stack: Kubernetes cluster'],
  judge: (look) => {
    if (look.value('kubernetes.etcd.ready') === 1) return nearlyFull(look);
    const failed = checksIn(look.facts.failed_checks);
    return {
      severity: 'critical',
      evidence: [
        { text: 'the API server’s check of etcd fails', signal: 'kubernetes.etcd.ready', value: 0 },
        ...(failed.length === 0 ? [] : [{ text: `checks that fail: ${failed.join(', ')}` }]),
      ],
    };
  },
};
