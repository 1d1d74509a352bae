import * as v from 'valibot';
import type { Collector } from '../collector.ts';
import { failureOf, ProbeFailure } from '../failure.ts';
import type { Cluster } from './access/cluster.ts';
import { everyItem } from './access/pages.ts';
import { classifyKubernetes } from './access/refusal.ts';
import type { Node } from './node.ts';
import { numberOf } from './quantity.ts';
import type { Sight } from './sight.ts';

const NODE_METRICS = { group: 'metrics.k8s.io', version: 'v1beta1', plural: 'nodes' } as const;
const NAMED_MAX = 5;

/** What metrics-server answers; it knows no pages, and names no `continue`. */
const UsageList = v.object({
  kind: v.string(),
  items: v.array(
    v.object({
      metadata: v.object({ name: v.string() }),
      usage: v.object({ cpu: v.string(), memory: v.string() }),
    }),
  ),
});
type Usage = v.InferOutput<typeof UsageList>['items'][number];

interface Load {
  readonly node: string;
  readonly cpu: number;
  readonly memory: number;
}

/** metrics-server is an add-on: a cluster without one has no such API, or nobody to answer for it. */
async function usages(cluster: Cluster): Promise<ReadonlyMap<string, Usage['usage']>> {
  const ask = async () => v.parse(UsageList, await cluster.custom.listClusterCustomObject(NODE_METRICS));
  try {
    const all = await everyItem(ask, ({ metadata, usage }) => [metadata.name, usage] as const);
    return new Map(all);
  } catch (cause) {
    const { reason } = failureOf(cause, classifyKubernetes);
    if (reason !== 'missing' && reason !== 'refused') throw cause;
    throw new ProbeFailure('missing', 'the cluster has no metrics-server that answers', { cause });
  }
}

const percent = (used: number, of: number): number => (of === 0 ? 0 : (100 * used) / of);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

function loadsOf(nodes: readonly Node[], usage: ReadonlyMap<string, Usage['usage']>): readonly Load[] {
  return nodes.flatMap(({ name, allocatable }) => {
    const used = usage.get(name);
    if (used === undefined) return [];
    return {
      node: name,
      cpu: percent(numberOf(used.cpu), allocatable.cpuCores),
      memory: percent(numberOf(used.memory), allocatable.memoryBytes),
    };
  });
}

const busiest = (loads: readonly Load[], by: 'cpu' | 'memory') =>
  loads
    .toSorted((a, b) => b[by] - a[by])
    .slice(0, NAMED_MAX)
    .map((load) => ({ node: load.node, percent: Number(load[by].toFixed(1)) }));

/** CPU and memory in use as a share of what pods may have: of all nodes together, and of the one worst off. */
export const nodeUsage: Collector<Sight> = {
  name: 'node usage',
  tier: 'minute',
  signals: [
    'kubernetes.nodes.cpu.used_percent',
    'kubernetes.nodes.cpu.highest_percent',
    'kubernetes.nodes.memory.used_percent',
    'kubernetes.nodes.memory.highest_percent',
  ],
  cheap: 'metrics-server answers from memory',
  async collect({ cluster, nodes }) {
    const [all, usage] = [await nodes(), await usages(cluster)];
    const loads = loadsOf(all, usage);
    if (loads.length === 0) throw new ProbeFailure('missing', 'metrics-server has no values of any node');
    const measured = all.filter((node) => usage.has(node.name));
    const total = (of: 'cpu' | 'memory', allocatable: 'cpuCores' | 'memoryBytes') =>
      percent(
        sum(measured.map((node) => numberOf(usage.get(node.name)?.[of]))),
        sum(measured.map((node) => node.allocatable[allocatable])),
      );
    const highest = (of: 'cpu' | 'memory') => Math.max(...loads.map((load) => load[of]));
    return {
      samples: [
        { signal: 'kubernetes.nodes.cpu.used_percent', value: total('cpu', 'cpuCores') },
        { signal: 'kubernetes.nodes.cpu.highest_percent', value: highest('cpu') },
        { signal: 'kubernetes.nodes.memory.used_percent', value: total('memory', 'memoryBytes') },
        { signal: 'kubernetes.nodes.memory.highest_percent', value: highest('memory') },
      ],
      facts: { busiest_cpu: busiest(loads, 'cpu'), busiest_memory: busiest(loads, 'memory') },
    };
  },
};
