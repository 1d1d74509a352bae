import { type Fault, isVended, shows, shut } from '../fault.ts';
import { CLUSTER, ENTRANCE } from './places.ts';

/** What goes wrong on the way to Prefect. */
export const OF_THE_WAY_IN: readonly Fault[] = [
  shut('the name does not resolve', `dns-failing@${ENTRANCE}`, 'dns', {
    'network.up': 0,
    'network.dns.resolves': 0,
  }),
  shut('nobody trusts the certificate', `tls-untrusted@${ENTRANCE}`, 'tls', {
    'network.up': 0,
    'network.dns.resolves': 1,
    'network.tls.trusted': 0,
  }),
  shows('the certificate ends soon', `tls-expiring@${ENTRANCE}`, { 'network.tls.expires_in_days': 5 }),
  shows('the entrance leads elsewhere', `host-routing-wrong@${ENTRANCE}`, { 'network.routed': 0 }),
  shut('nothing listens at the entrance', `entrance-down@${ENTRANCE}`, 'refused', {
    'network.up': 0,
    'network.dns.resolves': 1,
  }),
];

/** What goes wrong with the cluster Prefect runs on. */
export const OF_THE_CLUSTER: readonly Fault[] = [
  shut('the API of Kubernetes is down', `kubernetes-api-down@${CLUSTER}`, 'refused', { 'kubernetes.up': 0 }),
  shows('etcd is not well', `etcd-unhealthy@${CLUSTER}`, { 'kubernetes.etcd.ready': 0 }),
  shows('a node is not ready', `node-not-ready@${CLUSTER}`, { 'kubernetes.nodes.not_ready': 1 }),
  shows('a pod crashes again and again', `pod-crash-looping@${CLUSTER}`, {
    'kubernetes.pods.crash_looping': 1,
  }),
  shows('a pod ran out of memory', `pod-oom-killed@${CLUSTER}`, { 'kubernetes.pods.oom_killed': 1 }),
  shows('a workload lacks replicas', `workload-not-ready@${CLUSTER}`, {
    'kubernetes.workloads.not_ready': 1,
  }),
  shows('a node has no memory left', `node-memory-pressure@${CLUSTER}`, {
    'kubernetes.nodes.pressure': { MemoryPressure: 1 },
    'kubernetes.nodes.memory.highest_percent': 97,
  }),
  shows('a node computes all the time', `node-cpu-saturated@${CLUSTER}`, {
    'kubernetes.nodes.cpu.highest_percent': 97,
  }),
  shows('a service runs twice that may run once', `loop-service-not-singleton@${CLUSTER}`, {
    'kubernetes.singleton.replicas': { 'orion-background': 2 },
  }),
  shows('the mesh has no address', `istio-gateway-without-address@${CLUSTER}`, {
    'kubernetes.istio.gateway.addresses': 0,
  }),
  isVended('the API of Kubernetes answers slowly', `kubernetes-api-slow@${CLUSTER}`, {
    'kubernetes.eks.get.p99_ms': 2400,
  }),
];
