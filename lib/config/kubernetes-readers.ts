import type { InstallationConfig } from './schema.ts';
import { proxiedThrough } from './via.ts';

type KubernetesConfig = InstallationConfig['kubernetes'][number];

/**
 * The probes that read clusters. Each is a group of its own there, which its role of IAM is made a member of, so that
 * none may read what only another needs. `group` begins the names of its roles of RBAC; `roleOutput` is how the stack tells
 * the role of IAM.
 */
export const CLUSTER_READERS = {
  kubernetes: { group: 'prefect-vitals-kubernetes', roleOutput: 'KubernetesProbeRoleArn' },
  logs: { group: 'prefect-vitals-logs', roleOutput: 'LogsProbeRoleArn' },
  service: { group: 'prefect-vitals-service', roleOutput: 'ServiceProbeRoleArn' },
} as const;
export type ClusterReader = keyof typeof CLUSTER_READERS;

/** Which of them read a cluster of an installation. */
export function readersOf(
  { services }: { readonly services: readonly InstallationConfig['services'][number][] },
  { name, logs }: KubernetesConfig,
): readonly ClusterReader[] {
  return [
    'kubernetes',
    ...(logs === false ? [] : ['logs' as const]),
    ...(proxiedThrough(services, name).length === 0 ? [] : ['service' as const]),
  ];
}
