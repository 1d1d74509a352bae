import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

export const kubernetesApiDown: FindingDefinition = {
  ...MINUTELY,
  id: 'kubernetes-api-down',
  kinds: ['kubernetes'],
  component: 'kubernetes',
  title: 'The API server of Kubernetes does not answer',
  needs: ['kubernetes.up'],
  meaning:
    'No connection could be opened, nothing answered in time, or the API server says itself that it does not live.',
  impact:
    'What runs goes on running. Nothing new starts: no flow run of a Kubernetes work pool, no replacement for a pod or node that fails.',
  remedy: [
    { text: 'See whether it answers from where you are.', command: "kubectl get --raw '/livez?verbose'" },
    {
      text: 'On EKS, see the state of the cluster, and whether the subnets of the probes still reach its endpoint.',
      command:
        'aws eks describe-cluster --name <cluster> --query cluster.[status,endpoint,resourcesVpcConfig]',
    },
  ],
  causes: ['etcd-unhealthy'],
  source: ['Prefect, Monitoring the stack: Kubernetes cluster'],
  judge: (look) =>
    look.value('kubernetes.up') === 1
      ? null
      : {
          severity: 'critical',
          evidence: [{ text: `${look.target.id} does not answer`, signal: 'kubernetes.up', value: 0 }],
        },
};
