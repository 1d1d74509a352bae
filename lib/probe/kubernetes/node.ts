import type { V1Node } from '@kubernetes/client-node';
import { numberOf } from './quantity.ts';

/** A node, as much of it as is judged. */
export interface Node {
  readonly name: string;
  readonly isReady: boolean;
  /** Why it is not, in the kubelet's word. */
  readonly notReadyReason: string;
  /** MemoryPressure, DiskPressure, PIDPressure: those that hold. */
  readonly pressures: readonly string[];
  readonly cpuCores: number;
  readonly memoryBytes: number;
  /** What pods may have of it. */
  readonly allocatable: { readonly cpuCores: number; readonly memoryBytes: number };
  /** Fargate makes one node for each pod, of the pod's own size. */
  readonly isServerless: boolean;
}

const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** @throws ProbeFailure `invalid` when its sizes are no numbers. */
export function nodeOf({ metadata, status }: V1Node): Node {
  const conditions = status?.conditions ?? [];
  const ready = conditions.find((c) => c.type === 'Ready');
  const { capacity, allocatable = capacity } = status ?? {};
  return {
    name: metadata?.name ?? '',
    isReady: ready?.status === 'True',
    notReadyReason: ready?.reason ?? 'no condition Ready',
    pressures: conditions.filter((c) => c.status === 'True' && PRESSURES.includes(c.type)).map((c) => c.type),
    cpuCores: numberOf(capacity?.cpu),
    memoryBytes: numberOf(capacity?.memory),
    allocatable: { cpuCores: numberOf(allocatable?.cpu), memoryBytes: numberOf(allocatable?.memory) },
    isServerless: metadata?.labels?.['eks.amazonaws.com/compute-type'] === 'fargate',
  };
}
