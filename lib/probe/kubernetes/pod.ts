import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';

/** What Prefect's workers put on the pods of flow runs. */
const FLOW_RUN_ID = 'prefect.io/flow-run-id';
const WORK_POOL_NAME = 'prefect.io/work-pool-name';

/** How a container last came to an end. `at` is in milliseconds, NaN where nobody wrote it down. */
interface Ending {
  readonly reason: string;
  readonly exitCode: number;
  readonly at: number;
}

interface Container {
  readonly name: string;
  readonly restarts: number;
  /** Why it does not run, such as CrashLoopBackOff or ImagePullBackOff; null while it does. */
  readonly waiting: string | null;
  readonly ended: Ending | null;
}

/** A pod, as much of it as is judged. Times are in milliseconds. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly phase: string;
  readonly isEvicted: boolean;
  readonly createdAt: number;
  readonly changedAt: number;
  /** Of a pending one: why, as the scheduler or the kubelet says. */
  readonly pendingReason: string;
  /** Null unless it runs a flow. */
  readonly flowRunOf: { readonly workPool: string } | null;
  readonly containers: readonly Container[];
}

const millisecondsOf = (date: Date | undefined): number => date?.getTime() ?? Number.NaN;

function containerOf({ name, restartCount, state, lastState }: V1ContainerStatus): Container {
  const ended = state?.terminated ?? lastState?.terminated;
  return {
    name,
    restarts: restartCount,
    waiting: state?.waiting?.reason ?? null,
    ended:
      ended === undefined
        ? null
        : { reason: ended.reason ?? 'Error', exitCode: ended.exitCode, at: millisecondsOf(ended.finishedAt) },
  };
}

/** A pod waits for a node, or on its node for its containers: their own word says more. */
function pendingReasonOf({ status }: V1Pod, containers: readonly Container[]): string {
  const waiting = containers.find((c) => c.waiting !== null && c.waiting !== 'PodInitializing')?.waiting;
  const scheduled = status?.conditions?.find((c) => c.type === 'PodScheduled');
  if (scheduled?.status === 'False') {
    return [scheduled.reason, scheduled.message].filter((text) => text !== undefined).join(': ');
  }
  return waiting ?? 'ContainerCreating';
}

export function podOf(pod: V1Pod): Pod {
  const { metadata, status } = pod;
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(
    containerOf,
  );
  const phase = status?.phase ?? 'Unknown';
  const labels = metadata?.labels ?? {};
  const changes = [
    ...(status?.conditions ?? []).map((c) => millisecondsOf(c.lastTransitionTime)),
    ...containers.map((c) => c.ended?.at ?? Number.NaN),
  ];
  const created = millisecondsOf(metadata?.creationTimestamp);
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    phase,
    isEvicted: phase === 'Failed' && status?.reason === 'Evicted',
    createdAt: created,
    changedAt: Math.max(created, ...changes.filter(Number.isFinite)),
    pendingReason: phase === 'Pending' ? pendingReasonOf(pod, containers) : '',
    flowRunOf:
      labels[FLOW_RUN_ID] === undefined ? null : { workPool: labels[WORK_POOL_NAME] ?? 'no work pool' },
    containers,
  };
}
