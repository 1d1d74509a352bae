import type { V1Deployment, V1StatefulSet } from '@kubernetes/client-node';

/** A Deployment or StatefulSet, as much of it as is judged. */
export interface Workload {
  readonly kind: 'deployment' | 'statefulset';
  readonly namespace: string;
  readonly name: string;
  /** Replicas that are wanted, that are there, and that are ready. */
  readonly desired: number;
  readonly present: number;
  readonly ready: number;
  readonly images: readonly string[];
}

export const workloadOf =
  (kind: Workload['kind']) =>
  ({ metadata, spec, status }: V1Deployment | V1StatefulSet): Workload => ({
    kind,
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    desired: spec?.replicas ?? 1,
    present: status?.replicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    images: (spec?.template.spec?.containers ?? []).flatMap(({ image }) => image ?? []),
  });
