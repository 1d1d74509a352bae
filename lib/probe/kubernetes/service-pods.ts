import type { Fact } from '../../model/report.ts';
import type { Collector } from '../collector.ts';
import type { Pod } from './pod.ts';
import { isRecent, secondsSince } from './recent.ts';
import type { Sight } from './sight.ts';

const NAMED_MAX = 20;
/** A container that ends, is restarted and ends again is backing off or about to. */
const RESTARTS_OF_A_LOOP = 3;
/** Every pod is pending for a moment. */
const PENDING_SECONDS = 60;

type Container = Pod['containers'][number];

const hasEndedLately = ({ ended }: Container): boolean => ended !== null && isRecent(ended.at);
const isCrashLooping = (c: Container): boolean =>
  c.waiting === 'CrashLoopBackOff' || (c.restarts >= RESTARTS_OF_A_LOOP && hasEndedLately(c));
const isKilledForMemory = (c: Container): boolean => c.ended?.reason === 'OOMKilled' && hasEndedLately(c);

const factOf = (pod: Pod, { name, restarts, ended }: Container): Fact => ({
  namespace: pod.namespace,
  pod: pod.name,
  container: name,
  restarts,
  ...(ended !== null && { reason: ended.reason, exit_code: ended.exitCode }),
});

/** The pods of Prefect's own services: what crashes, is killed, waits or was evicted. */
export const servicePods: Collector<Sight> = {
  name: 'pods of services',
  tier: 'minute',
  signals: [
    'kubernetes.pods',
    'kubernetes.pods.crash_looping',
    'kubernetes.pods.oom_killed',
    'kubernetes.pods.restarted',
    'kubernetes.pods.pending',
    'kubernetes.pods.evicted',
  ],
  cheap: 'a list from the cache of the API server, without the pods that succeeded',
  async collect({ pods }) {
    const own = (await pods()).filter((pod) => pod.flowRunOf === null);
    const where = (test: (container: Container) => boolean) =>
      own.flatMap((pod) => pod.containers.filter(test).map((container) => ({ pod, container })));
    const looping = where(isCrashLooping);
    const killed = where(isKilledForMemory);
    const restarted = where((c) => c.restarts > 0 && hasEndedLately(c));
    const pending = own.filter((p) => p.phase === 'Pending' && secondsSince(p.createdAt) > PENDING_SECONDS);
    const evicted = own.filter((p) => p.isEvicted && isRecent(p.changedAt));
    const named = (found: typeof looping) =>
      found.slice(0, NAMED_MAX).map(({ pod, container }) => factOf(pod, container));
    return {
      samples: [
        { signal: 'kubernetes.pods', value: own.length },
        { signal: 'kubernetes.pods.crash_looping', value: looping.length },
        { signal: 'kubernetes.pods.oom_killed', value: killed.length },
        { signal: 'kubernetes.pods.restarted', value: restarted.length },
        { signal: 'kubernetes.pods.pending', value: pending.length },
        { signal: 'kubernetes.pods.evicted', value: evicted.length },
      ],
      facts: {
        crash_looping: named(looping),
        oom_killed: named(killed),
        pending_pods: pending.slice(0, NAMED_MAX).map((p) => ({
          namespace: p.namespace,
          pod: p.name,
          reason: p.pendingReason,
          seconds: Math.round(secondsSince(p.createdAt)),
        })),
        evicted_pods: evicted.slice(0, NAMED_MAX).map((p) => ({ namespace: p.namespace, pod: p.name })),
      },
    };
  },
};
