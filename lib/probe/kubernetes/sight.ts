import type { KubernetesTarget } from '../../config/targets.ts';
import type { Cluster } from './access/cluster.ts';
import { everyItem } from './access/pages.ts';
import { type Node, nodeOf } from './node.ts';
import { type Pod, podOf } from './pod.ts';
import { type Workload, workloadOf } from './workload.ts';

/** Flow runs that ended well leave pods behind, and those are most of all pods: nothing is judged by them. */
const NOT_SUCCEEDED = 'status.phase!=Succeeded';

/** Runs something once, however often it is asked for, and keeps its failure too. */
function once<R>(work: () => Promise<R>): () => Promise<R> {
  let result: Promise<R> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

/** One look at a cluster: what several collectors read is listed once. */
export interface Sight {
  readonly cluster: Cluster;
  readonly nodes: () => Promise<readonly Node[]>;
  /** Of Prefect's namespaces and those of flow runs, without those that succeeded. */
  readonly pods: () => Promise<readonly Pod[]>;
  /** Of Prefect's namespaces. */
  readonly workloads: () => Promise<readonly Workload[]>;
}

async function inEach<R>(
  namespaces: readonly string[],
  list: (namespace: string) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  return (await Promise.all(namespaces.map(list))).flat();
}

/** The namespaces whose pods are looked at. */
const podNamespacesOf = (target: Pick<KubernetesTarget, 'namespaces' | 'flowRunNamespaces'>) => [
  ...new Set([...target.namespaces, ...target.flowRunNamespaces]),
];

export const deploymentsIn = (cluster: Cluster, namespace: string) =>
  everyItem(
    (page) => cluster.apps.listNamespacedDeployment({ namespace, ...page }),
    workloadOf('deployment'),
  );

const statefulSetsIn = (cluster: Cluster, namespace: string) =>
  everyItem(
    (page) => cluster.apps.listNamespacedStatefulSet({ namespace, ...page }),
    workloadOf('statefulset'),
  );

export function sightOf(cluster: Cluster, target: KubernetesTarget): Sight {
  const podsIn = (namespace: string) =>
    everyItem(
      (page) => cluster.core.listNamespacedPod({ namespace, fieldSelector: NOT_SUCCEEDED, ...page }),
      podOf,
    );
  return {
    cluster,
    nodes: once(() => everyItem((page) => cluster.core.listNode(page), nodeOf)),
    pods: once(() => inEach(podNamespacesOf(target), podsIn)),
    workloads: once(async () => [
      ...(await inEach(target.namespaces, (namespace) => deploymentsIn(cluster, namespace))),
      ...(await inEach(target.namespaces, (namespace) => statefulSetsIn(cluster, namespace))),
    ]),
  };
}
