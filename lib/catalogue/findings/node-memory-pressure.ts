import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';
import { nodesIn } from './kubernetes-facts.ts';

const NODES_NAMED = 3;
const CONDITION = 'MemoryPressure';

export const nodeMemoryPressure: FindingDefinition = {
  ...MINUTELY,
  id: 'node-memory-pressure',
  kinds: ['kubernetes'],
  component: 'kubernetes',
  title: 'Nodes are short of memory',
  needs: ['kubernetes.nodes.pressure'],
  thresholds: { warning: { enter: 90, leave: 85 } },
  meaning: 'A node says that it is short of memory, or uses nearly all that its pods may have.',
  impact:
    'The kubelet evicts pods to get memory back, services among them, and those that use more than they asked for first.',
  remedy: [
    { text: 'See which pods take it.', command: 'kubectl top pods --all-namespaces --sort-by=memory | head' },
    {
      text: 'See what was evicted.',
      command: 'kubectl get pods --all-namespaces --field-selector status.phase=Failed | grep Evicted',
    },
    {
      text: 'Give flow runs a memory request and limit in the work pool’s base job template, so that they are placed where there is room.',
    },
  ],
  causes: ['run-flood-unlimited'],
  source: ['Prefect, Monitoring the stack: Kubernetes cluster'],
  judge: (look) => {
    const pressed = look
      .all('kubernetes.nodes.pressure')
      .find((r) => r.labels?.condition === CONDITION)?.value;
    // Without a metrics-server the condition alone speaks.
    const highest = look.all('kubernetes.nodes.memory.highest_percent').at(0)?.value ?? null;
    const isFull = highest !== null && look.level(highest) !== null;
    if (!pressed && !isFull) return null;
    const short = nodesIn(look.facts.nodes_under_pressure)
      .filter((n) => n.conditions?.includes(CONDITION))
      .slice(0, NODES_NAMED);
    const full = isFull ? nodesIn(look.facts.busiest_memory).slice(0, 1) : [];
    return {
      severity: pressed ? 'critical' : 'warning',
      evidence: [
        ...(pressed
          ? [
              {
                text: `nodes that say ${CONDITION}: ${pressed}`,
                signal: 'kubernetes.nodes.pressure',
                value: pressed,
              },
            ]
          : []),
        ...short.map(({ node }) => ({ text: node })),
        ...(isFull
          ? [
              {
                text: `the fullest node uses ${highest.toFixed(0)} % of its memory`,
                signal: 'kubernetes.nodes.memory.highest_percent',
                value: highest,
                threshold: look.threshold('warning'),
              },
            ]
          : []),
      ],
      remedy: [
        ...[...short, ...full].slice(0, 1).map(({ node }) => ({
          text: 'See what asked for how much on it.',
          command: `kubectl describe node ${shellWord(node)}`,
        })),
        ...nodeMemoryPressure.remedy,
      ],
    };
  },
};
