import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';
import { nodesIn } from './kubernetes-facts.ts';

const NODES_NAMED = 3;
const HALF = 0.5;

export const nodeNotReady: FindingDefinition = {
  ...MINUTELY,
  id: 'node-not-ready',
  kinds: ['kubernetes'],
  component: 'kubernetes',
  title: 'Nodes are not ready',
  needs: ['kubernetes.nodes', 'kubernetes.nodes.not_ready'],
  meaning: 'The kubelet of a node does not say that it is ready, or says nothing any more.',
  impact:
    'Its pods are not reachable and after five minutes made anew elsewhere, where there must be room for them; flow runs on it crash.',
  remedy: [
    { text: 'See which, since when, and why.', command: 'kubectl get nodes -o wide' },
    {
      text: 'On EKS, see whether the instance is well.',
      command: 'aws ec2 describe-instance-status --filters Name=instance-status.status,Values=impaired',
    },
  ],
  causes: ['node-memory-pressure'],
  source: ['Prefect, Monitoring the stack: Kubernetes cluster'],
  judge: (look) => {
    const down = look.value('kubernetes.nodes.not_ready');
    const all = look.value('kubernetes.nodes');
    if (down === 0) return null;
    const named = nodesIn(look.facts.nodes_not_ready).slice(0, NODES_NAMED);
    return {
      severity: down >= all * HALF ? 'critical' : 'warning',
      evidence: [
        { text: `${down} of ${all} nodes are not ready`, signal: 'kubernetes.nodes.not_ready', value: down },
        ...named.map(({ node, reason }) => ({ text: `${node}: ${reason ?? 'no reason given'}` })),
      ],
      remedy: [
        ...named.map(({ node }) => ({
          text: 'See its conditions and its latest events.',
          command: `kubectl describe node ${shellWord(node)}`,
        })),
        ...nodeNotReady.remedy,
      ],
    };
  },
};
