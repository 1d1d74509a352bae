import { signalsOf } from '../signal.ts';

const listed = { nature: 'gauge', from: 'nodes' } as const;
const used = { nature: 'gauge', unit: 'Percent', from: 'metrics.k8s.io nodes' } as const;

/** The machines: whether they are ready, how large they are, and how much of them is in use. */
export const KUBERNETES_NODES_SIGNALS = signalsOf('kubernetes')({
  'kubernetes.nodes': { ...listed, metric: null, unit: 'Count', help: 'nodes of the cluster' },
  'kubernetes.nodes.not_ready': {
    ...listed,
    metric: 'KubernetesNodesNotReady',
    unit: 'Count',
    help: 'nodes whose kubelet does not say that it is ready',
  },
  'kubernetes.nodes.pressure': {
    ...listed,
    metric: null,
    unit: 'Count',
    label: 'condition',
    help: 'nodes that are short of memory, disk or process ids',
  },
  'kubernetes.nodes.smallest_cpu_cores': {
    ...listed,
    metric: null,
    unit: 'Count',
    help: 'virtual CPUs of the smallest node',
  },
  'kubernetes.nodes.smallest_memory_bytes': {
    ...listed,
    metric: null,
    unit: 'Bytes',
    help: 'memory of the node that has least',
  },
  'kubernetes.nodes.cpu.used_percent': {
    ...used,
    metric: null,
    help: 'CPU in use of what pods may have, all nodes together',
  },
  'kubernetes.nodes.cpu.highest_percent': {
    ...used,
    metric: 'KubernetesNodeCpuHighest',
    help: 'CPU in use of what pods may have, on the busiest node',
  },
  'kubernetes.nodes.memory.used_percent': {
    ...used,
    metric: null,
    help: 'memory in use of what pods may have, all nodes together',
  },
  'kubernetes.nodes.memory.highest_percent': {
    ...used,
    metric: 'KubernetesNodeMemoryHighest',
    help: 'memory in use of what pods may have, on the fullest node',
  },
});
