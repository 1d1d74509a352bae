import type { KubernetesTarget } from '../config/targets.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { worstOf } from '../model/status.ts';
import type { Unknown } from '../model/unknown.ts';
import { unknownIn, type View, valueIn, versionIn } from './sections.ts';

type Section = Snapshot['kubernetes'];

const NOT_CONFIGURED: Unknown = {
  reason: 'not-configured',
  detail: 'no Kubernetes cluster is configured',
};

const isOne = (value: number | null): boolean | null => (value === null ? null : value === 1);

function clusterEntry(view: View<KubernetesTarget>): Section['clusters'][number] {
  return {
    name: view.target.name,
    target: view.target.id,
    status: view.status,
    version: versionIn(view),
    latency_ms: valueIn(view, 'kubernetes.api_ms'),
    ready: isOne(valueIn(view, 'kubernetes.ready')),
    etcd_ready: isOne(valueIn(view, 'kubernetes.etcd.ready')),
    nodes: valueIn(view, 'kubernetes.nodes'),
    nodes_not_ready: valueIn(view, 'kubernetes.nodes.not_ready'),
    node_cpu_highest_percent: valueIn(view, 'kubernetes.nodes.cpu.highest_percent'),
    node_memory_highest_percent: valueIn(view, 'kubernetes.nodes.memory.highest_percent'),
    workloads: valueIn(view, 'kubernetes.workloads'),
    workloads_not_ready: valueIn(view, 'kubernetes.workloads.not_ready'),
    pods_crash_looping: valueIn(view, 'kubernetes.pods.crash_looping'),
    pods_pending: valueIn(view, 'kubernetes.pods.pending'),
    ...unknownIn(view),
  };
}

/** The clusters Prefect runs in. Where none is configured nothing is known, and nothing is wrong. */
export function kubernetesSection(views: readonly View<KubernetesTarget>[]): Section {
  if (views.length === 0) return { status: 'unknown', clusters: [], unknown: NOT_CONFIGURED };
  return { status: worstOf(views.map((v) => v.status)), clusters: views.map(clusterEntry) };
}
