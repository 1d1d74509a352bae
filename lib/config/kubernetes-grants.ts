import type {
  V1ClusterRole,
  V1ClusterRoleBinding,
  V1PolicyRule,
  V1Role,
  V1RoleBinding,
} from '@kubernetes/client-node';
import type { ProxiedService } from './kubernetes.ts';
import { CLUSTER_READERS, type ClusterReader, readersOf } from './kubernetes-readers.ts';
import type { InstallationConfig } from './schema.ts';
import { proxiedThrough } from './via.ts';

type KubernetesConfig = InstallationConfig['kubernetes'][number];

const RBAC = 'rbac.authorization.k8s.io';
const API_VERSION = `${RBAC}/v1`;

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

const paths = (...nonResourceURLs: readonly string[]): V1PolicyRule => ({
  nonResourceURLs: [...nonResourceURLs],
  verbs: ['get'],
});
const proxy = (services: readonly ProxiedService[]): V1PolicyRule =>
  get('services/proxy', [...new Set(services.map(({ name, port }) => `${name}:${port}`))]);

const OF_PREFECT: readonly V1PolicyRule[] = [
  list('', 'events', 'pods'),
  list('apps', 'deployments', 'statefulsets'),
];
const OF_FLOW_RUNS: readonly V1PolicyRule[] = [list('', 'pods')];
const OF_ISTIO: readonly V1PolicyRule[] = [list('', 'services'), list('apps', 'deployments')];
const OF_LOGS: readonly V1PolicyRule[] = [list('', 'pods'), get('pods/log')];

type InNamespace = readonly [namespace: string, rules: readonly V1PolicyRule[]];

/** What one probe reads: of the cluster as a whole, and of each namespace. A namespace may stand there twice. */
interface Reading {
  readonly ofCluster: readonly V1PolicyRule[];
  readonly inNamespaces: readonly InNamespace[];
}

const proxied = (services: readonly ProxiedService[]): readonly InNamespace[] =>
  [...Map.groupBy(services, (service) => service.namespace)].map(([namespace, all]) => [
    namespace,
    [proxy(all)],
  ]);

function readingOf(reader: ClusterReader, config: KubernetesConfig, via: readonly ProxiedService[]): Reading {
  const { namespaces, flowRunNamespaces, istio, proxiedServices } = config;
  switch (reader) {
    case 'kubernetes':
      return {
        ofCluster: [
          paths('/livez', '/metrics', '/readyz', '/version'),
          list('', 'nodes'),
          list('metrics.k8s.io', 'nodes'),
        ],
        inNamespaces: [
          ...namespaces.map((namespace) => [namespace, OF_PREFECT] as const),
          ...flowRunNamespaces
            .filter((namespace) => !namespaces.includes(namespace))
            .map((namespace) => [namespace, OF_FLOW_RUNS] as const),
          ...(istio === undefined ? [] : [[istio.namespace, OF_ISTIO] as const]),
          ...proxied(proxiedServices),
        ],
      };
    case 'logs':
      return { ofCluster: [], inNamespaces: namespaces.map((namespace) => [namespace, OF_LOGS] as const) };
    case 'service':
      // When a service says nothing, the API server is asked whether it lives itself.
      return { ofCluster: [paths('/livez')], inNamespaces: proxied(via) };
  }
}

export type KubernetesGrant = V1ClusterRole | V1ClusterRoleBinding | V1Role | V1RoleBinding;

/**
 * The group is the function's, one for all installations; the roles are a target's own, so that another installation in the
 * same cluster, or the same namespace, neither replaces them nor takes them along when it goes. No name has a dot in it.
 */
const roleName = (group: string, installation: string, target: string): string =>
  `${group}.${installation}.${target}`;

function grantsOf(
  group: string,
  name: string,
  { ofCluster, inNamespaces }: Reading,
): readonly KubernetesGrant[] {
  const subjects = [{ kind: 'Group', name: group, apiGroup: RBAC }];
  const roleRef = (kind: 'ClusterRole' | 'Role') => ({ apiGroup: RBAC, kind, name });
  const clusterWide: readonly KubernetesGrant[] = [
    { apiVersion: API_VERSION, kind: 'ClusterRole', metadata: { name }, rules: [...ofCluster] },
    {
      apiVersion: API_VERSION,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      subjects,
      roleRef: roleRef('ClusterRole'),
    },
  ];
  const namespaced = [...Map.groupBy(inNamespaces, ([namespace]) => namespace)].flatMap(
    ([namespace, all]): readonly KubernetesGrant[] => [
      {
        apiVersion: API_VERSION,
        kind: 'Role',
        metadata: { name, namespace },
        rules: all.flatMap(([, rules]) => rules),
      },
      {
        apiVersion: API_VERSION,
        kind: 'RoleBinding',
        metadata: { name, namespace },
        subjects,
        roleRef: roleRef('Role'),
      },
    ],
  );
  return [...(ofCluster.length === 0 ? [] : clusterWide), ...namespaced];
}

/**
 * The roles that let the group of each probe read what that probe reads of a cluster for one installation, and nothing
 * else: no Secret, no verb that changes anything, no namespace the target does not name.
 *
 * @param installation its services, too: some may be reached through this cluster
 */
export function kubernetesGrantsFor(
  installation: Pick<InstallationConfig, 'name' | 'services'>,
  config: KubernetesConfig,
): readonly KubernetesGrant[] {
  const via = proxiedThrough(installation.services, config.name);
  return readersOf(installation, config).flatMap((reader) => {
    const { group } = CLUSTER_READERS[reader];
    const name = roleName(group, installation.name, config.name);
    return grantsOf(group, name, readingOf(reader, config, via));
  });
}
