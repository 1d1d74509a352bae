import { isLogGroup, type Target } from '../config/targets.ts';
import type { Report } from '../model/report.ts';
import { probe, type Visit } from './frame.ts';
import { endpointAnywhere } from './kubernetes/access/kubeconfig.ts';
import { kubernetesProbe } from './kubernetes/connection.ts';
import { lookAtLogGroup } from './log-groups/look.ts';
import { logsProbe } from './logs/connection.ts';
import { networkProbe } from './network/connection.ts';
import { postgresProbe } from './postgres/connection.ts';
import { prefectProbe } from './prefect/connection.ts';
import { redisProbe } from './redis/connection.ts';
import { serviceProbeThrough } from './service/connection.ts';
import { scrapeThroughClusters } from './service/through-cluster.ts';

/** Probes a target of any kind, for callers that watch them all at once; a function watches one kind. */
export function probeTarget(target: Target, visit: Visit): Promise<Report> {
  switch (target.kind) {
    case 'postgres':
      return probe(postgresProbe, target, visit);
    case 'redis':
      return probe(redisProbe, target, visit);
    case 'prefect':
      return probe(prefectProbe, target, visit);
    case 'service':
      return probe(serviceProbeThrough(scrapeThroughClusters(endpointAnywhere)), target, visit);
    case 'network':
      return probe(networkProbe, target, visit);
    case 'kubernetes':
      return probe(kubernetesProbe(endpointAnywhere), target, visit);
    case 'postgres-log':
      return lookAtLogGroup(target, visit);
    case 'logs':
      if (isLogGroup(target)) return lookAtLogGroup(target, visit);
      return probe(logsProbe(endpointAnywhere), target, visit);
  }
}
