import type { KubernetesTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';
import { failureOf } from '../failure.ts';
import type { Cluster } from './access/cluster.ts';
import { classifyKubernetes } from './access/refusal.ts';
import type { Sight } from './sight.ts';

type Service = KubernetesTarget['proxiedServices'][number];

const SIGNALS = ['kubernetes.service.up', 'kubernetes.service.metrics_ms'] as const;
const NONE_NAMED: Unknown = { reason: 'not-configured', detail: 'the target names no services to reach' };
const LIMITS = { bytesMax: 8 * 1024 * 1024, timeoutMs: 3_000 };
/** What the API server says when no pod stands behind a Service, or none that answers. */
const DOWN = ['refused', 'timeout'];

async function samplesOf(cluster: Cluster, service: Service): Promise<readonly Sample[]> {
  const labels = { service: `${service.namespace}/${service.name}` };
  try {
    const { elapsedMs } = await cluster.serviceMetrics(service, LIMITS);
    return [
      { signal: SIGNALS[0], value: 1, labels },
      { signal: SIGNALS[1], value: elapsedMs, labels },
    ];
  } catch (error) {
    const { reason, detail } = failureOf(error, classifyKubernetes);
    return [
      { signal: SIGNALS[0], value: DOWN.includes(reason) ? 0 : { reason, detail }, labels },
      { signal: SIGNALS[1], value: { reason, detail }, labels },
    ];
  }
}

/** Whether the services that are named answer inside the cluster, asked by way of the API server. */
export const services: Collector<Sight, KubernetesTarget> = {
  name: 'services',
  tier: 'minute',
  signals: SIGNALS,
  cheap: 'one scrape of each service that is named, as Prometheus makes four a minute',
  async collect({ cluster }, _abort, { proxiedServices }) {
    if (proxiedServices.length === 0) {
      return { samples: SIGNALS.map((signal) => ({ signal, value: NONE_NAMED })) };
    }
    const each = await Promise.all(proxiedServices.map((service) => samplesOf(cluster, service)));
    return { samples: each.flat() };
  },
};
