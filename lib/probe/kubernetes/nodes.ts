import type { KubernetesTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';
import type { Node } from './node.ts';
import type { Sight } from './sight.ts';

const NAMED_MAX = 20;
const NO_NODES: Unknown = { reason: 'missing', detail: 'the cluster has no nodes of a size of its own' };

const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;

/** By the smallest machine: that is where a pod that needs room does not fit. */
function smallest(nodes: readonly Node[], sizeOf: (node: Node) => number): number | Unknown {
  const sizes = nodes.filter((node) => !node.isServerless).map(sizeOf);
  return sizes.length === 0 ? NO_NODES : Math.min(...sizes);
}

/** Whether the nodes are ready and under no pressure, and how large they are. */
export const nodes: Collector<Sight, KubernetesTarget> = {
  name: 'nodes',
  tier: 'minute',
  signals: [
    'kubernetes.nodes',
    'kubernetes.nodes.not_ready',
    'kubernetes.nodes.pressure',
    'kubernetes.nodes.smallest_cpu_cores',
    'kubernetes.nodes.smallest_memory_bytes',
  ],
  cheap: 'a list from the cache of the API server, some 10 KB a node',
  async collect({ nodes }, _abort, { minimum }) {
    const all = await nodes();
    const notReady = all.filter((node) => !node.isReady);
    const pressed = all.filter((node) => node.pressures.length > 0);
    const pressures = PRESSURES.map((condition): Sample => {
      const value = pressed.filter((node) => node.pressures.includes(condition)).length;
      return { signal: 'kubernetes.nodes.pressure', value, labels: { condition } };
    });
    return {
      samples: [
        { signal: 'kubernetes.nodes', value: all.length },
        { signal: 'kubernetes.nodes.not_ready', value: notReady.length },
        ...pressures,
        { signal: 'kubernetes.nodes.smallest_cpu_cores', value: smallest(all, (n) => n.cpuCores) },
        { signal: 'kubernetes.nodes.smallest_memory_bytes', value: smallest(all, (n) => n.memoryBytes) },
      ],
      facts: {
        ...(minimum !== undefined && { minimum }),
        nodes_not_ready: notReady
          .slice(0, NAMED_MAX)
          .map((n) => ({ node: n.name, reason: n.notReadyReason })),
        nodes_under_pressure: pressed
          .slice(0, NAMED_MAX)
          .map((n) => ({ node: n.name, conditions: n.pressures })),
      },
    };
  },
};
