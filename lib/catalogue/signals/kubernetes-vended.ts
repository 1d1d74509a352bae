import { signalsOf } from '../signal.ts';

const vendedByEks = { metric: null, nature: 'gauge', tiers: [] } as const;

/** A percentile of one minute, in seconds as EKS has it. */
const p99 = (verb: string) =>
  ({
    ...vendedByEks,
    unit: 'Milliseconds',
    vended: {
      namespace: 'AWS/EKS',
      metric: `apiserver_request_duration_seconds_${verb}_P99`,
      statistic: 'Average',
      times: 1000,
    },
    help: `time within which 99 % of the requests ${verb} of a minute were answered`,
    from: `AWS/EKS apiserver_request_duration_seconds_${verb}_P99`,
  }) as const;

/** What EKS itself says of a cluster's control plane, of all its API servers together, from Kubernetes 1.28 on. */
export const KUBERNETES_VENDED_SIGNALS = signalsOf('kubernetes')({
  'kubernetes.eks.get.p99_ms': p99('GET'),
  'kubernetes.eks.post.p99_ms': p99('POST'),
  'kubernetes.etcd.size_bytes': {
    ...vendedByEks,
    unit: 'Bytes',
    vended: {
      namespace: 'AWS/EKS',
      metric: 'apiserver_storage_size_bytes',
      statistic: 'Maximum',
      times: 1,
    },
    help: 'size of the file etcd keeps its database in; EKS stops writing when it is full',
    from: 'AWS/EKS apiserver_storage_size_bytes',
  },
});
