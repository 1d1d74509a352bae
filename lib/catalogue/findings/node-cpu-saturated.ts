import { type FindingDefinition, STATUS_OF_SEVERITY } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { nodesIn } from './kubernetes-facts.ts';

/** A flow may well use what there is for some minutes: only what lasts is too much. */
const TEN_MINUTES_SECONDS = 590;
const NODES_NAMED = 3;

export const nodeCpuSaturated: FindingDefinition = {
  id: 'node-cpu-saturated',
  kinds: ['kubernetes'],
  component: 'kubernetes',
  title: 'The CPU of nodes is saturated',
  needs: ['kubernetes.nodes.cpu.highest_percent', 'kubernetes.nodes.cpu.used_percent'],
  thresholds: { warning: { enter: 90, leave: 80 } },
  pendingSeconds: TEN_MINUTES_SECONDS,
  recoverySeconds: TEN_MINUTES_SECONDS,
  status: STATUS_OF_SEVERITY,
  meaning: 'For ten minutes a node has used nearly all the CPU that its pods may have.',
  impact:
    'Pods on it are throttled: services answer late, heartbeats come late, and runs are taken for crashed. When all nodes are full it is critical.',
  remedy: [
    { text: 'See which pods take it.', command: 'kubectl top pods --all-namespaces --sort-by=cpu | head' },
    {
      text: 'Give flow runs a CPU request and limit in the work pool’s base job template, and nodes of their own.',
    },
  ],
  causes: ['run-flood-unlimited'],
  source: ['Prefect, Monitoring the stack: Kubernetes cluster'],
  judge: (look) => {
    const highest = look.value('kubernetes.nodes.cpu.highest_percent');
    const together = look.value('kubernetes.nodes.cpu.used_percent');
    if (look.level(highest) === null) return null;
    const busy = nodesIn(look.facts.busiest_cpu).slice(0, NODES_NAMED);
    return {
      severity: look.level(together) === null ? 'warning' : 'critical',
      evidence: [
        {
          text: `the busiest node uses ${highest.toFixed(0)} % of its CPU`,
          signal: 'kubernetes.nodes.cpu.highest_percent',
          value: highest,
          threshold: look.threshold('warning'),
        },
        {
          text: `all nodes together use ${together.toFixed(0)} %`,
          signal: 'kubernetes.nodes.cpu.used_percent',
          value: together,
        },
        ...busy.map(({ node, percent }) => ({ text: `${node}: ${percent} %` })),
      ],
      remedy: [
        ...busy.slice(0, 1).map(({ node }) => ({
          text: 'See what runs on the busiest.',
          command: `kubectl get pods --all-namespaces --field-selector spec.nodeName=${shellWord(node)}`,
        })),
        ...nodeCpuSaturated.remedy,
      ],
    };
  },
};
