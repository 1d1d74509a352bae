import { CfnAccessEntry } from 'aws-cdk-lib/aws-eks';
import { Construct } from 'constructs';
import { CLUSTER_READERS, type ClusterReader, readersOf } from '../lib/config/kubernetes-readers.ts';
import type { Config } from '../lib/config/schema.ts';
import type { ProbedKind, Probes } from './probes.ts';

/** The clusters that ask for access entries, by name, with the probes that read each. */
function readersByCluster(config: Config): ReadonlyMap<string, ReadonlySet<ClusterReader>> {
  const readers = new Map<string, ReadonlySet<ClusterReader>>();
  for (const installation of config.installations) {
    for (const target of installation.kubernetes) {
      const { access } = target;
      if (access.from !== 'eks' || access.accessEntry !== true) continue;
      const others = readers.get(access.cluster) ?? [];
      readers.set(access.cluster, new Set([...others, ...readersOf(installation, target)]));
    }
  }
  return readers;
}

export const isClusterReader = (kind: ProbedKind): kind is ClusterReader & ProbedKind =>
  Object.hasOwn(CLUSTER_READERS, kind);

/**
 * Makes the role of each probe a member of its own group in the clusters that ask for it, and gives it nothing beside
 * that: what the group may read is for the manifest to say.
 */
export class AccessEntries extends Construct {
  constructor(scope: Construct, id: string, config: Config, probes: Probes) {
    super(scope, id);
    for (const [cluster, readers] of readersByCluster(config)) {
      for (const { kind, function: probe } of probes.all) {
        if (!isClusterReader(kind) || !readers.has(kind) || probe.role === undefined) continue;
        new CfnAccessEntry(this, `${cluster}-${kind}`, {
          clusterName: cluster,
          principalArn: probe.role.roleArn,
          kubernetesGroups: [CLUSTER_READERS[kind].group],
        });
      }
    }
  }
}
