import { signalsOf } from '../signal.ts';

const ofPods = { nature: 'gauge', unit: 'Count', metric: null, from: 'pods' } as const;
const ofPools = { ...ofPods, label: 'work_pool' } as const;
const ofWorkloads = {
  nature: 'gauge',
  unit: 'Count',
  metric: null,
  from: 'deployments, statefulsets',
} as const;
const ofIstio = { nature: 'gauge', unit: 'Count', metric: null, from: 'deployments, services' } as const;

/** What runs in Prefect's namespaces, and the gateway in front of it. */
export const KUBERNETES_WORKLOADS_SIGNALS = signalsOf('kubernetes')({
  'kubernetes.pods': { ...ofPods, help: 'pods of Prefect’s own services that have not succeeded' },
  'kubernetes.pods.crash_looping': {
    ...ofPods,
    metric: 'KubernetesCrashLooping',
    help: 'containers that Kubernetes waits to restart, or restarted often and lately',
  },
  'kubernetes.pods.oom_killed': {
    ...ofPods,
    help: 'containers whose last end, within 10 min, was for want of memory',
  },
  'kubernetes.pods.restarted': { ...ofPods, help: 'containers that ended within 10 min and were restarted' },
  'kubernetes.pods.pending': { ...ofPods, help: 'pods that wait for over a minute to start' },
  'kubernetes.pods.evicted': { ...ofPods, help: 'pods that a node put out within 10 min' },
  'kubernetes.flow_run_pods': { ...ofPools, help: 'pods of flow runs that wait or run' },
  'kubernetes.flow_run_pods.pending': { ...ofPools, help: 'pods of flow runs that wait to start' },
  'kubernetes.flow_run_pods.oldest_pending_seconds': {
    ...ofPools,
    unit: 'Seconds',
    help: 'how long the oldest of them waits',
  },
  'kubernetes.flow_run_pods.failed': { ...ofPools, help: 'pods of flow runs that failed within 10 min' },
  'kubernetes.flow_run_pods.oom_killed': {
    ...ofPools,
    help: 'pods of flow runs killed within 10 min for want of memory',
  },
  'kubernetes.workloads': { ...ofWorkloads, help: 'Deployments and StatefulSets of Prefect' },
  'kubernetes.workloads.not_ready': {
    ...ofWorkloads,
    metric: 'KubernetesWorkloadsNotReady',
    essential: {},
    help: 'those with fewer replicas ready than are wanted',
  },
  'kubernetes.workload.desired': { ...ofWorkloads, label: 'workload', help: 'replicas that are wanted' },
  'kubernetes.workload.ready': { ...ofWorkloads, label: 'workload', help: 'replicas that are ready' },
  'kubernetes.singleton.replicas': {
    ...ofWorkloads,
    label: 'workload',
    help: 'replicas there are of a service that must have exactly one',
  },
  'kubernetes.istio.control_plane.ready': { ...ofIstio, help: 'replicas of istiod that are ready' },
  'kubernetes.istio.gateway.ready': { ...ofIstio, help: 'replicas of the ingress gateway that are ready' },
  'kubernetes.istio.gateway.addresses': { ...ofIstio, help: 'addresses the gateway’s load balancer has' },
  'kubernetes.service.up': {
    metric: null,
    unit: 'None',
    nature: 'gauge',
    label: 'service',
    help: '1 when a service answers with its metrics inside the cluster, 0 when nothing behind it does',
    from: 'services/proxy',
  },
  'kubernetes.service.metrics_ms': {
    metric: null,
    unit: 'Milliseconds',
    nature: 'gauge',
    label: 'service',
    help: 'time of that answer, by way of the API server',
    from: 'services/proxy',
  },
  'kubernetes.events.warnings': {
    metric: null,
    unit: 'Count',
    nature: 'gauge',
    tiers: ['quarter-hour'],
    label: 'reason',
    help: 'warnings Kubernetes wrote in 15 min, by reason',
    from: 'events',
  },
});
