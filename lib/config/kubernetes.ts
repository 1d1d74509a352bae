import * as v from 'valibot';
import { namesDiffer, TARGETS_DIFFER } from './distinct.ts';
import { HttpUrl, Name, Port, Region } from './fields.ts';
import { FindingOverrides } from './finding-overrides.ts';
import { PodLogs } from './pod-logs.ts';

/** What Kubernetes lets a namespace, a workload or a Service be called. */
export const KubernetesName = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'a name of Kubernetes: lower-case letters, digits and dashes, 63 at most',
  ),
);
const isCertificate = (base64: string): boolean =>
  Buffer.from(base64, 'base64').toString('latin1').startsWith('-----BEGIN CERTIFICATE-----');

/**
 * A cluster on EKS, signed in to with the credentials of whoever asks. `endpoint` and `certificateAuthority` are what
 * `aws eks describe-cluster` calls `endpoint` and `certificateAuthority.data`: neither is a secret.
 */
const Eks = v.strictObject({
  from: v.literal('eks'),
  cluster: v.pipe(v.string(), v.regex(/^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/, 'the name of a cluster of EKS')),
  region: Region,
  endpoint: v.pipe(HttpUrl, v.startsWith('https://', 'an https address')),
  certificateAuthority: v.pipe(
    v.string(),
    v.check(isCertificate, 'the certificateAuthority.data of `aws eks describe-cluster`, as it is'),
  ),
  /** Whether the stack makes the access entries of the probes' roles; whoever deploys must then be allowed to. */
  accessEntry: v.optional(v.boolean()),
});

/** A kubeconfig on this machine, for `npm run check`: its present context unless one is named. */
const Kubeconfig = v.strictObject({
  from: v.literal('kubeconfig'),
  file: v.pipe(v.string(), v.nonEmpty('the path of a kubeconfig, relative to the configuration')),
  context: v.optional(v.string()),
});

/** `eks` goes everywhere, `kubeconfig` is for `npm run check` and never deployed. */
export const ClusterAccess = v.variant('from', [Eks, Kubeconfig]);
export type EksAccess = Readonly<v.InferOutput<typeof Eks>>;
export type KubeconfigAccess = Readonly<v.InferOutput<typeof Kubeconfig>>;

const Namespaces = v.pipe(
  v.array(KubernetesName),
  v.nonEmpty('at least one namespace'),
  v.maxLength(10, 'ten namespaces at most'),
);

const Istio = v.strictObject({
  namespace: v.optional(KubernetesName, 'istio-system'),
  /** Deployments, and the Service of type LoadBalancer in front of the gateway. */
  controlPlane: v.optional(KubernetesName, 'istiod'),
  gateway: v.optional(KubernetesName, 'istio-ingressgateway'),
});

/** What the documentation of Customer-Managed Prefect asks for. */
export const RECOMMENDED_SIZE = { nodes: 3, cpuCores: 16, memoryGiB: 24 } as const;

/** How large the cluster should at least be; each node's size is that of its machine. */
const Minimum = v.strictObject({
  nodes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  cpuCores: v.pipe(v.number(), v.minValue(1)),
  memoryGiB: v.pipe(v.number(), v.minValue(1)),
});

/** A Service inside the cluster that answers at /metrics: it is asked by way of the API server. */
const ProxiedService = v.strictObject({
  namespace: KubernetesName,
  name: KubernetesName,
  port: Port,
});
export type ProxiedService = Readonly<v.InferOutput<typeof ProxiedService>>;

export const KubernetesSchema = v.strictObject({
  name: v.optional(Name, 'cluster'),
  access: ClusterAccess,
  /** Where Prefect itself runs. */
  namespaces: v.optional(Namespaces, ['prefect']),
  /** Where its flow runs do, when that is somewhere else. */
  flowRunNamespaces: v.optional(v.pipe(v.array(KubernetesName), v.maxLength(10, 'ten at most')), []),
  /** Deployments or StatefulSets of which there must be exactly one replica: the loop services. */
  singletons: v.optional(v.pipe(v.array(KubernetesName), v.maxLength(20, 'twenty at most')), []),
  istio: v.optional(Istio),
  /** Unless given, what Prefect recommends for a Customer-Managed installation, and nothing for others. */
  minimum: v.optional(Minimum),
  proxiedServices: v.optional(v.pipe(v.array(ProxiedService), v.maxLength(50, 'fifty at most')), []),
  logs: PodLogs,
  findings: FindingOverrides,
});

export const KubernetesTargets = v.pipe(
  v.array(KubernetesSchema),
  v.check((all) => namesDiffer(all), TARGETS_DIFFER),
);
