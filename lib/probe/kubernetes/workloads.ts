import type { KubernetesTarget } from '../../config/targets.ts';
import type { Collector, Sample } from '../collector.ts';
import type { Sight } from './sight.ts';
import type { Workload } from './workload.ts';

const WORKLOADS_MAX = 60;

const isNotReady = ({ desired, ready }: Workload): boolean => ready < desired;
/** The last part of an image names its release: the registry before it is nobody's business. */
const releaseOf = (image: string): string => image.split('/').at(-1) ?? image;

function samplesOf({ namespace, name, desired, ready }: Workload): readonly Sample[] {
  const labels = { workload: `${namespace}/${name}` };
  return [
    { signal: 'kubernetes.workload.desired', value: desired, labels },
    { signal: 'kubernetes.workload.ready', value: ready, labels },
  ];
}

/** Replicas that are ready of those that are wanted, for each Deployment and StatefulSet of Prefect's. */
export const workloads: Collector<Sight, KubernetesTarget> = {
  name: 'workloads',
  tier: 'minute',
  signals: [
    'kubernetes.workloads',
    'kubernetes.workloads.not_ready',
    'kubernetes.workload.desired',
    'kubernetes.workload.ready',
  ],
  cheap: 'two lists for each namespace from the cache of the API server',
  async collect({ workloads }) {
    const all = await workloads();
    const notReady = all.filter(isNotReady);
    // Those that are not ready first: with very many, it is the others that are left out.
    const shown = [...notReady, ...all.filter((w) => !isNotReady(w))].slice(0, WORKLOADS_MAX);
    return {
      samples: [
        { signal: 'kubernetes.workloads', value: all.length },
        { signal: 'kubernetes.workloads.not_ready', value: notReady.length },
        ...shown.flatMap(samplesOf),
      ],
      facts: {
        workloads: shown.map(({ kind, namespace, name, desired, ready, images }) => ({
          kind,
          namespace,
          name,
          desired,
          ready,
          images: images.slice(0, 5).map(releaseOf),
        })),
      },
    };
  },
};
