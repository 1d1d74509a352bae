import type { KubernetesTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';
import type { Sight } from './sight.ts';
import type { Workload } from './workload.ts';

const NONE_NAMED: Unknown = { reason: 'not-configured', detail: 'the target names no singletons' };
const NOT_FOUND: Unknown = { reason: 'missing', detail: 'no Deployment or StatefulSet is called that' };

const labelsOf = ({ namespace, name }: Workload) => ({ workload: `${namespace}/${name}` });

/** How many replicas there are of the services that must be alone: two of them do everything twice. */
export const singletons: Collector<Sight, KubernetesTarget> = {
  name: 'singletons',
  tier: 'minute',
  signals: ['kubernetes.singleton.replicas'],
  cheap: 'of the lists that the workloads are read from',
  async collect({ workloads }, _abort, { singletons }) {
    const signal = 'kubernetes.singleton.replicas';
    if (singletons.length === 0) return { samples: [{ signal, value: NONE_NAMED }] };
    const all = await workloads();
    const samples = singletons.flatMap((name): readonly Sample[] => {
      const found = all.filter((w) => w.name === name);
      if (found.length === 0) return [{ signal, value: NOT_FOUND, labels: { workload: name } }];
      return found.map((w) => ({ signal, value: w.present, labels: labelsOf(w) }));
    });
    const kinds = all
      .filter((w) => singletons.includes(w.name))
      .map(({ kind, namespace, name, desired }) => ({
        kind,
        namespace,
        name,
        desired,
      }));
    return { samples, facts: { singletons: kinds } };
  },
};
