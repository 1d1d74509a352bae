import type { KubernetesTarget } from '../../config/targets.ts';
import type { Sample } from '../collector.ts';
import { isDown, type ProbeFailure } from '../failure.ts';
import type { Probe } from '../frame.ts';
import { type Cluster, clusterAt } from './access/cluster.ts';
import type { EndpointOf } from './access/endpoint.ts';
import { assertAnswered, classifyKubernetes } from './access/refusal.ts';

/** Whether the API server's process itself is well, whatever it depends on. */
const LIVEZ = '/livez';

async function open(endpointOf: EndpointOf, target: KubernetesTarget, abort: AbortSignal) {
  const cluster = clusterAt(await endpointOf(target));
  abort.addEventListener('abort', () => cluster.destroy(), { once: true });
  try {
    const { status } = await cluster.text(LIVEZ);
    // What it says of itself is an answer, were it a bad one; who may not ask has none.
    if (status !== 500) assertAnswered(status);
    const samples: readonly Sample[] = [{ signal: 'kubernetes.up', value: status === 200 ? 1 : 0 }];
    return { connection: cluster, samples };
  } catch (error) {
    cluster.destroy();
    throw error;
  }
}

const closed = ({ reason, detail }: ProbeFailure): readonly Sample[] => [
  { signal: 'kubernetes.up', value: isDown(reason) ? 0 : { reason, detail } },
];

/** @param endpointOf how to find the way into a cluster from where the probe runs */
export const kubernetesProbe = (endpointOf: EndpointOf): Probe<KubernetesTarget, Cluster> => ({
  open: (target, abort) => open(endpointOf, target, abort),
  closed,
  signals: ['kubernetes.up'],
  collectors: [],
  classify: classifyKubernetes,
  discard: (cluster) => cluster.destroy(),
  close: async (cluster) => cluster.destroy(),
});
