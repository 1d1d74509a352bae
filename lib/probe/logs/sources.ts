import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../kubernetes/access/cluster.ts';
import { everyItem } from '../kubernetes/access/pages.ts';
import type { Window } from './stamps.ts';

const FLOW_RUN_ID = 'prefect.io/flow-run-id';
/** Sidecars of a mesh write of every request, and nothing that Prefect says. */
const SIDECARS = ['istio-proxy', 'istio-init', 'linkerd-proxy'];
export const isSidecar = (container: string): boolean => SIDECARS.includes(container);

/** Whether a pod runs a flow, by its labels. */
export const isFlowRunPod = (labels: Readonly<Record<string, unknown>> | undefined): boolean =>
  labels?.[FLOW_RUN_ID] !== undefined;

const NOT_SUCCEEDED = 'status.phase!=Succeeded';

/** One log to read: that of a container, or of the same container before it was restarted. */
export interface Source {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
  /** Its errors are the flow's own and no fault of Prefect's. */
  readonly isFlowRun: boolean;
}

const endedWithin = (end: { finishedAt?: Date } | undefined, { from }: Window): boolean =>
  end !== undefined && !((end.finishedAt?.getTime() ?? Number.NaN) < from);

function logsOf({ state, lastState }: V1ContainerStatus, window: Window): readonly { previous: boolean }[] {
  const isThere = state?.running !== undefined || endedWithin(state?.terminated, window);
  return [
    ...(isThere ? [{ previous: false }] : []),
    // The last words of a container that was restarted are in the log before.
    ...(endedWithin(lastState?.terminated, window) ? [{ previous: true }] : []),
  ];
}

function sourcesIn({ metadata, status }: V1Pod, window: Window): readonly Source[] {
  const containers = (status?.containerStatuses ?? []).filter((c) => !isSidecar(c.name));
  return containers.flatMap((container) =>
    logsOf(container, window).map(({ previous }) => ({
      namespace: metadata?.namespace ?? '',
      pod: metadata?.name ?? '',
      container: container.name,
      previous,
      isFlowRun: isFlowRunPod(metadata?.labels),
    })),
  );
}

/** Every log with something of the window in it; Prefect's own before those of flow runs. */
export async function listSources(
  cluster: Pick<Cluster, 'core'>,
  {
    namespaces,
    labelSelector,
  }: { readonly namespaces: readonly string[]; readonly labelSelector?: string | undefined },
  window: Window,
): Promise<readonly Source[]> {
  const lists = await Promise.all(
    namespaces.map((namespace) =>
      everyItem(
        (page) =>
          cluster.core.listNamespacedPod({
            namespace,
            fieldSelector: NOT_SUCCEEDED,
            ...(labelSelector !== undefined && { labelSelector }),
            ...page,
          }),
        (pod) => sourcesIn(pod, window),
      ),
    ),
  );
  return lists.flat(2).toSorted((a, b) => Number(a.isFlowRun) - Number(b.isFlowRun));
}
