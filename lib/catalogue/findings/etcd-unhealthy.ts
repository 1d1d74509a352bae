import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';
import { checksIn } from './kubernetes-facts.ts';

export const etcdUnhealthy: FindingDefinition = {
  ...MINUTELY,
  id: 'etcd-unhealthy',
  kinds: ['kubernetes'],
  component: 'kubernetes',
  title: 'The cluster’s etcd is not healthy',
  needs: ['kubernetes.etcd.ready'],
  meaning: 'The API server’s own check says that it does not reach its etcd, or gets no answer in time.',
  impact:
    'Nothing in the cluster can be changed and soon nothing read: no pod is scheduled, replaced or removed. What runs goes on running.',
  remedy: [
    { text: 'See the checks one by one.', command: "kubectl get --raw '/readyz?verbose'" },
    {
      text: 'On EKS it is AWS that runs etcd. See the health of the cluster, and how full its database is (apiserver_storage_size_bytes in AWS/EKS).',
      command: 'aws eks describe-cluster --name <cluster> --query cluster.health',
    },
  ],
  causes: [],
  source: ['Prefect, Monitoring the stack: Kubernetes cluster'],
  judge: (look) => {
    if (look.value('kubernetes.etcd.ready') === 1) return null;
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
