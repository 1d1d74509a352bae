import type { KubernetesTarget } from '../../config/targets.ts';
import type { Sample } from '../collector.ts';
import { isDown, type ProbeFailure } from '../failure.ts';
import type { Probe } from '../frame.ts';
import { clusterAt } from './access/cluster.ts';
import type { EndpointOf } from './access/endpoint.ts';
import { assertAnswered, classifyKubernetes } from './access/refusal.ts';
import { controlPlane } from './control-plane.ts';
import { events } from './events.ts';
import { flowRunPods } from './flow-run-pods.ts';
import { istio } from './istio.ts';
import { nodeUsage } from './node-usage.ts';
import { nodes } from './nodes.ts';
import { readyz } from './readyz.ts';
import { servicePods } from './service-pods.ts';
import { services } from './services.ts';
import { type Sight, sightOf } from './sight.ts';
import { singletons } from './singletons.ts';
import { version } from './version.ts';
import { workloads } from './workloads.ts';

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
    return { connection: sightOf(cluster, target), samples };
  } catch (error) {
    cluster.destroy();
    throw error;
  }
}

const closed = ({ reason, detail }: ProbeFailure): readonly Sample[] => [
  { signal: 'kubernetes.up', value: isDown(reason) ? 0 : { reason, detail } },
];

/** @param endpointOf how to find the way into a cluster from where the probe runs */
export const kubernetesProbe = (endpointOf: EndpointOf): Probe<KubernetesTarget, Sight> => ({
  open: (target, abort) => open(endpointOf, target, abort),
  closed,
  signals: ['kubernetes.up'],
  collectors: [
    version,
    readyz,
    nodes,
    nodeUsage,
    servicePods,
    flowRunPods,
    workloads,
    singletons,
    istio,
    services,
    events,
    controlPlane,
  ],
  classify: classifyKubernetes,
  discard: ({ cluster }) => cluster.destroy(),
  close: async ({ cluster }) => cluster.destroy(),
});
