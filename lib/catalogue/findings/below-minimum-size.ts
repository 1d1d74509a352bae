import type { FindingDefinition } from '../finding.ts';
import { IN_ONE_REPORT } from './defaults.ts';
import { minimumIn } from './kubernetes-facts.ts';

const GIB = 1024 ** 3;
/** A machine sold with 24 GiB shows a little less: the hypervisor and the kernel keep some. */
const SHOWN_OF_MEMORY = 0.93;

export const belowMinimumSize: FindingDefinition = {
  ...IN_ONE_REPORT,
  id: 'below-minimum-size',
  kinds: ['kubernetes'],
  component: 'kubernetes',
  title: 'The cluster is smaller than Prefect asks for',
  needs: [
    'kubernetes.nodes',
    'kubernetes.nodes.smallest_cpu_cores',
    'kubernetes.nodes.smallest_memory_bytes',
  ],
  meaning:
    'There are fewer nodes, or smaller ones, than the documentation of Customer-Managed Prefect asks for, or than the configuration says.',
  impact: 'With little room to spare, the loss of one node or a busy hour leaves services without a place.',
  remedy: [
    {
      text: 'Compare with what is in use: a small installation may do with less. Then set `minimum` of the target, or grow the node group.',
      command: 'kubectl top nodes',
    },
  ],
  causes: [],
  source: ['Prefect, Infrastructure services: Minimum infrastructure requirements'],
  judge: (look) => {
    const minimum = minimumIn(look.facts.minimum);
    if (minimum === null) return null;
    const nodes = look.value('kubernetes.nodes');
    const cores = look.value('kubernetes.nodes.smallest_cpu_cores');
    const gib = look.value('kubernetes.nodes.smallest_memory_bytes') / GIB;
    const short = [
      nodes < minimum.nodes ? `${nodes} nodes of at least ${minimum.nodes}` : '',
      cores < minimum.cpuCores ? `the smallest node has ${cores} vCPU of at least ${minimum.cpuCores}` : '',
      gib < minimum.memoryGiB * SHOWN_OF_MEMORY
        ? `the smallest node has ${gib.toFixed(0)} GiB of at least ${minimum.memoryGiB}`
        : '',
    ].filter((text) => text !== '');
    return short.length === 0 ? null : { severity: 'info', evidence: short.map((text) => ({ text })) };
  },
};
