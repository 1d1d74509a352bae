import type {
  V1ClusterRole,
  V1ClusterRoleBinding,
  V1PolicyRule,
  V1Role,
  V1RoleBinding,
} from '@kubernetes/client-node';
import type { ProxiedService } from './kubernetes.ts';
import type { InstallationConfig } from './schema.ts';

type KubernetesConfig = InstallationConfig['kubernetes'][number];

/** The group an access entry of EKS maps the probe's role to; it names the roles too. */
export const KUBERNETES_GROUP = 'prefect-vitals';

const RBAC = 'rbac.authorization.k8s.io';
const API_VERSION = `${RBAC}/v1`;
const GROUP = { kind: 'Group', name: KUBERNETES_GROUP, apiGroup: RBAC } as const;

const list = (apiGroup: string, ...resources: readonly string[]): V1PolicyRule => ({
  apiGroups: [apiGroup],
  resources: [...resources],
  verbs: ['list'],
});
const get = (resource: string, resourceNames: readonly string[] = []): V1PolicyRule => ({
  apiGroups: [''],
  resources: [resource],
  verbs: ['get'],
  ...(resourceNames.length > 0 && { resourceNames: [...resourceNames] }),
});

const OF_CLUSTER: readonly V1PolicyRule[] = [
  { nonResourceURLs: ['/livez', '/metrics', '/readyz', '/version'], verbs: ['get'] },
  list('', 'nodes'),
  list('metrics.k8s.io', 'nodes'),
];
const OF_PREFECT: readonly V1PolicyRule[] = [
  list('', 'events', 'pods'),
  list('apps', 'deployments', 'statefulsets'),
  get('pods/log'),
];
const OF_FLOW_RUNS: readonly V1PolicyRule[] = [list('', 'pods')];
const OF_ISTIO: readonly V1PolicyRule[] = [list('', 'services'), list('apps', 'deployments')];

/** What is read in each namespace: one namespace may hold everything. */
function rulesByNamespace(
  { namespaces, flowRunNamespaces, istio, proxiedServices }: KubernetesConfig,
  alsoProxied: readonly ProxiedService[],
): ReadonlyMap<string, readonly V1PolicyRule[]> {
  const proxied = Map.groupBy([...proxiedServices, ...alsoProxied], (service) => service.namespace);
  const all: readonly (readonly [string, readonly V1PolicyRule[]])[] = [
    ...namespaces.map((namespace) => [namespace, OF_PREFECT] as const),
    ...flowRunNamespaces
      .filter((namespace) => !namespaces.includes(namespace))
      .map((namespace) => [namespace, OF_FLOW_RUNS] as const),
    ...(istio === undefined ? [] : [[istio.namespace, OF_ISTIO] as const]),
    ...[...proxied].map(([namespace, services]) => {
      const names = [...new Set(services.map(({ name, port }) => `${name}:${port}`))];
      return [namespace, [get('services/proxy', names)]] as const;
    }),
  ];
  const grouped = Map.groupBy(all, ([namespace]) => namespace);
  return new Map([...grouped].map(([namespace, of]) => [namespace, of.flatMap(([, rules]) => rules)]));
}

export type KubernetesGrant = V1ClusterRole | V1ClusterRoleBinding | V1Role | V1RoleBinding;

/**
 * The roles that let the probes' group read what they read of a cluster, and nothing else: no Secret, no verb that
 * changes anything, no namespace the target does not name.
 *
 * @param alsoProxied what services of the installation are reached through this cluster, besides its own list
 */
export function kubernetesGrantsFor(
  config: KubernetesConfig,
  alsoProxied: readonly ProxiedService[] = [],
): readonly KubernetesGrant[] {
  const metadata = { name: KUBERNETES_GROUP };
  const roleRef = (kind: 'ClusterRole' | 'Role') => ({ apiGroup: RBAC, kind, name: KUBERNETES_GROUP });
  return [
    { apiVersion: API_VERSION, kind: 'ClusterRole', metadata, rules: [...OF_CLUSTER] },
    {
      apiVersion: API_VERSION,
      kind: 'ClusterRoleBinding',
      metadata,
      subjects: [GROUP],
      roleRef: roleRef('ClusterRole'),
    },
    ...[...rulesByNamespace(config, alsoProxied)].flatMap(
      ([namespace, rules]): readonly KubernetesGrant[] => [
        { apiVersion: API_VERSION, kind: 'Role', metadata: { ...metadata, namespace }, rules: [...rules] },
        {
          apiVersion: API_VERSION,
          kind: 'RoleBinding',
          metadata: { ...metadata, namespace },
          subjects: [GROUP],
          roleRef: roleRef('Role'),
        },
      ],
    ),
  ];
}
