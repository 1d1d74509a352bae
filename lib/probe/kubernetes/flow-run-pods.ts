import type { Collector, Sample } from '../collector.ts';
import type { Pod } from './pod.ts';
import { isRecent, secondsSince } from './recent.ts';
import type { Sight } from './sight.ts';

/** Of more work pools than this only the largest are told apart. */
const POOLS_MAX = 30;
const NAMED_MAX = 10;

const isOutOfMemory = (pod: Pod): boolean =>
  pod.containers.some((c) => c.ended?.reason === 'OOMKilled' && isRecent(c.ended.at));

const oldestSeconds = (pods: readonly Pod[]): number =>
  Math.max(0, ...pods.map((pod) => secondsSince(pod.createdAt)).filter(Number.isFinite));

const place = ({ namespace, name, flowRunOf }: Pod) => ({
  namespace,
  pod: name,
  work_pool: flowRunOf?.workPool ?? '',
});

function samplesOf(workPool: string, pods: readonly Pod[]): readonly Sample[] {
  const pending = pods.filter((pod) => pod.phase === 'Pending');
  const failed = pods.filter((pod) => pod.phase === 'Failed' && isRecent(pod.changedAt));
  const values = {
    'kubernetes.flow_run_pods': pods.filter((pod) => pod.phase !== 'Failed').length,
    'kubernetes.flow_run_pods.pending': pending.length,
    'kubernetes.flow_run_pods.oldest_pending_seconds': oldestSeconds(pending),
    'kubernetes.flow_run_pods.failed': failed.length,
    'kubernetes.flow_run_pods.oom_killed': pods.filter(isOutOfMemory).length,
  };
  const labels = { work_pool: workPool };
  return Object.entries(values).map(([signal, value]) => ({ signal, value, labels }));
}

/** The pods flow runs live in, by work pool: those that wait, that failed lately and that memory was too small for. */
export const flowRunPods: Collector<Sight> = {
  name: 'pods of flow runs',
  tier: 'minute',
  signals: [
    'kubernetes.flow_run_pods',
    'kubernetes.flow_run_pods.pending',
    'kubernetes.flow_run_pods.oldest_pending_seconds',
    'kubernetes.flow_run_pods.failed',
    'kubernetes.flow_run_pods.oom_killed',
  ],
  cheap: 'of the list that the pods of services are read from',
  async collect({ pods }) {
    const own = (await pods()).filter((pod) => pod.flowRunOf !== null);
    const pools = [...Map.groupBy(own, (pod) => pod.flowRunOf?.workPool ?? '')]
      .toSorted(([, a], [, b]) => b.length - a.length)
      .slice(0, POOLS_MAX);
    const pending = own
      .filter((pod) => pod.phase === 'Pending')
      .toSorted((a, b) => a.createdAt - b.createdAt);
    return {
      // Where no flow runs, there is no pool to name, and nothing that waits.
      samples:
        pools.length === 0 ? samplesOf('none', []) : pools.flatMap(([pool, of]) => samplesOf(pool, of)),
      facts: {
        flow_run_pods_pending: pending
          .slice(0, NAMED_MAX)
          .map((pod) => ({ ...place(pod), reason: pod.pendingReason })),
        flow_run_pods_oom_killed: own.filter(isOutOfMemory).slice(0, NAMED_MAX).map(place),
      },
    };
  },
};
