import { CfnAccessEntry } from 'aws-cdk-lib/aws-eks';
import { Construct } from 'constructs';
import { KUBERNETES_GROUP } from '../lib/config/kubernetes-grants.ts';
import type { Config } from '../lib/config/schema.ts';
import { isLogGroup, targetsOf } from '../lib/config/targets.ts';
import type { ProbedKind, Probes } from './probes.ts';

/** The clusters that ask for access entries, by name, with the probes that read each. */
function readersByCluster(config: Config): ReadonlyMap<string, ReadonlySet<ProbedKind>> {
  const readers = new Map<string, Set<ProbedKind>>();
  for (const target of config.installations.flatMap(targetsOf)) {
    if (isLogGroup(target) || (target.kind !== 'kubernetes' && target.kind !== 'logs')) continue;
    const { access } = target;
    if (access.from !== 'eks' || access.accessEntry !== true) continue;
    readers.set(access.cluster, (readers.get(access.cluster) ?? new Set()).add(target.kind));
  }
  return readers;
}

/**
 * Makes the probes' roles members of our own group in the clusters that ask for it, and gives them nothing beside that:
 * what the group may read is for the manifest to say.
 */
export class AccessEntries extends Construct {
  constructor(scope: Construct, id: string, config: Config, probes: Probes) {
    super(scope, id);
    for (const [cluster, readers] of readersByCluster(config)) {
      for (const { kind, function: probe } of probes.all) {
        if (!readers.has(kind) || probe.role === undefined) continue;
        new CfnAccessEntry(this, `${cluster}-${kind}`, {
          clusterName: cluster,
          principalArn: probe.role.roleArn,
          kubernetesGroups: [KUBERNETES_GROUP],
        });
      }
    }
  }
}
