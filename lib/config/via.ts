import * as v from 'valibot';
import type { ClusterAccess, ProxiedService } from './kubernetes.ts';
import type { ServiceAtAddress, ServiceInCluster } from './service.ts';

type Service = v.InferOutput<typeof ServiceAtAddress> | v.InferOutput<typeof ServiceInCluster>;

/** What of an installation says which services are reached through which of its clusters. */
export interface Clustered {
  readonly services: readonly Service[];
  readonly kubernetes: readonly {
    readonly name: string;
    readonly access: v.InferOutput<typeof ClusterAccess>;
  }[];
}

type Item = v.IssuePathItem;
const inObject = (input: object, key: string, value: unknown): Item => ({
  type: 'object',
  origin: 'value',
  input: { ...input },
  key,
  value,
});

/** A service is reached through a cluster that is a target itself: how one gets in stands there, once. */
export const leadsThroughOwnClusters = <T extends Clustered>() =>
  v.rawCheck<T>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { services, kubernetes } = dataset.value;
    const names = kubernetes.map((k) => k.name);
    for (const [index, service] of services.entries()) {
      if (!('via' in service) || names.includes(service.via.kubernetes)) continue;
      addIssue({
        message: `the name of a target in \`kubernetes\`: ${names.join(', ') || 'there is none'}`,
        input: service.via.kubernetes,
        path: [
          inObject(dataset.value, 'services', services),
          { type: 'array', origin: 'value', input: [...services], key: index, value: service },
          inObject(service, 'via', service.via),
          inObject(service.via, 'kubernetes', service.via.kubernetes),
        ],
      });
    }
  });

/** How one gets into the cluster a service names. @throws TypeError for a name the check above refuses. */
export function accessTo({ kubernetes }: Clustered, name: string): Clustered['kubernetes'][number]['access'] {
  const cluster = kubernetes.find((k) => k.name === name);
  if (cluster === undefined) throw new TypeError(`there is no cluster ${name}`);
  return cluster.access;
}

/** What the services of an installation want to have passed on by one of its clusters. */
export const proxiedThrough = (services: readonly Service[], cluster: string): readonly ProxiedService[] =>
  services.flatMap((service) => {
    if (!('via' in service) || service.via.kubernetes !== cluster) return [];
    const { namespace, service: name, port } = service.via;
    return [{ namespace, name, port }];
  });
