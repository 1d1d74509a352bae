import type { V1Service } from '@kubernetes/client-node';
import type { KubernetesTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector } from '../collector.ts';
import { everyItem } from './access/pages.ts';
import { deploymentsIn, type Sight } from './sight.ts';

const NOT_NAMED: Unknown = { reason: 'not-configured', detail: 'the target names no Istio' };
const NO_DEPLOYMENT: Unknown = { reason: 'missing', detail: 'no Deployment is called that' };
const NO_SERVICE: Unknown = { reason: 'missing', detail: 'no Service of type LoadBalancer is called that' };

const SIGNALS = [
  'kubernetes.istio.control_plane.ready',
  'kubernetes.istio.gateway.ready',
  'kubernetes.istio.gateway.addresses',
] as const;

const serviceOf = ({ metadata, spec, status }: V1Service) => ({
  name: metadata?.name ?? '',
  type: spec?.type ?? '',
  addresses: (status?.loadBalancer?.ingress ?? []).filter(
    (i) => i.ip !== undefined || i.hostname !== undefined,
  ).length,
});

/** What stands before Prefect: Istio's control plane, its gateway, and whether the gateway's balancer has an address. */
export const istio: Collector<Sight, KubernetesTarget> = {
  name: 'istio',
  tier: 'minute',
  signals: SIGNALS,
  cheap: 'two lists of one namespace from the cache of the API server',
  async collect({ cluster }, _abort, { istio }) {
    if (istio === undefined) return { samples: SIGNALS.map((signal) => ({ signal, value: NOT_NAMED })) };
    const { namespace, controlPlane, gateway } = istio;
    const deployments = await deploymentsIn(cluster, namespace);
    const services = await everyItem(
      (page) => cluster.core.listNamespacedService({ namespace, ...page }),
      serviceOf,
    );
    const readyOf = (name: string) => deployments.find((d) => d.name === name)?.ready ?? NO_DEPLOYMENT;
    const balancer = services.find((s) => s.name === gateway && s.type === 'LoadBalancer');
    return {
      samples: [
        { signal: SIGNALS[0], value: readyOf(controlPlane) },
        { signal: SIGNALS[1], value: readyOf(gateway) },
        { signal: SIGNALS[2], value: balancer?.addresses ?? NO_SERVICE },
      ],
      facts: { istio: { namespace, control_plane: controlPlane, gateway } },
    };
  },
};
