import type { FindingDefinition } from '../finding.ts';
import { belowMinimumSize } from './below-minimum-size.ts';
import { etcdUnhealthy } from './etcd-unhealthy.ts';
import { istioGatewayWithoutAddress } from './istio-gateway-without-address.ts';
import { kubernetesApiDown } from './kubernetes-api-down.ts';
import { kubernetesApiSlow } from './kubernetes-api-slow.ts';
import { kubernetesBelowMinimumVersion } from './kubernetes-below-minimum-version.ts';
import { loopServiceNotSingleton } from './loop-service-not-singleton.ts';
import { nodeCpuSaturated } from './node-cpu-saturated.ts';
import { nodeMemoryPressure } from './node-memory-pressure.ts';
import { nodeNotReady } from './node-not-ready.ts';
import { podCrashLooping } from './pod-crash-looping.ts';
import { podOomKilled } from './pod-oom-killed.ts';
import { workloadNotReady } from './workload-not-ready.ts';

/** What is concluded about the cluster Prefect runs in. */
export const KUBERNETES_FINDINGS: readonly FindingDefinition[] = [
  kubernetesApiDown,
  kubernetesApiSlow,
  etcdUnhealthy,
  nodeNotReady,
  nodeMemoryPressure,
  nodeCpuSaturated,
  podCrashLooping,
  podOomKilled,
  workloadNotReady,
  loopServiceNotSingleton,
  istioGatewayWithoutAddress,
  belowMinimumSize,
  kubernetesBelowMinimumVersion,
];
