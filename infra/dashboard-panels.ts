import { isPublished } from '../lib/catalogue/published.ts';
import { signalNamed } from '../lib/catalogue/signals/index.ts';
import type { InstallationConfig } from '../lib/config/schema.ts';
import { type Target, targetsOf } from '../lib/config/targets.ts';
import type { TargetKind } from '../lib/model/report.ts';
import { METRIC_NAMESPACE } from './assess.ts';

/** One metric of CloudWatch, drawn. */
export interface Curve {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly label: string;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum';
}

export interface Panel {
  readonly title: string;
  readonly curves: readonly Curve[];
}

const STATES = ['RUNNING', 'PENDING', 'SCHEDULED', 'PAUSED', 'CANCELLING'] as const;
const GROUPS = ['event-persister', 'task-run-recorder', 'reactive-triggers', 'actions'] as const;
const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Draws a signal of every target of a kind that publishes it, once for each of `values` where it has a label. */
function published(
  { name, metrics: extent }: InstallationConfig,
  targets: readonly Target[],
  signalId: string,
  values: (target: Target) => readonly string[] = () => [],
): readonly Curve[] {
  const signal = signalNamed(signalId);
  return targets
    .filter((t) => t.kind === signal.kind)
    .flatMap((target) => {
      const labelled = signal.label === undefined ? [undefined] : values(target);
      return labelled.flatMap((value): readonly Curve[] => {
        const { label, metric } = signal;
        const labels = label === undefined || value === undefined ? undefined : { [label]: value };
        if (metric === null || !isPublished(signal, labels, target, extent)) return [];
        return [
          {
            namespace: METRIC_NAMESPACE,
            metric,
            dimensions: {
              Installation: name,
              Target: target.id,
              ...(label !== undefined && value !== undefined && { [capitalised(label)]: value }),
            },
            label: [target.name, value].filter(Boolean).join(' '),
            statistic: 'Maximum',
          },
        ];
      });
    });
}

/** What AWS itself keeps of a target that names what stands behind it. */
function vended(
  targets: readonly Target[],
  metric: string,
  statistic: Curve['statistic'] = 'Average',
): readonly Curve[] {
  const curve = (target: Target, namespace: string, dimensions: Curve['dimensions']): Curve => ({
    namespace,
    metric,
    dimensions,
    label: target.name,
    statistic,
  });
  return targets.flatMap((target): readonly Curve[] => {
    if (target.kind === 'postgres' && target.rds !== undefined) {
      const { instance, cluster } = target.rds;
      if (instance !== undefined) return [curve(target, 'AWS/RDS', { DBInstanceIdentifier: instance })];
      return cluster === undefined
        ? []
        : [curve(target, 'AWS/RDS', { DBClusterIdentifier: cluster, Role: 'WRITER' })];
    }
    if (target.kind === 'redis' && target.elasticache !== undefined) {
      return [
        curve(target, 'AWS/ElastiCache', {
          CacheClusterId: target.elasticache.cacheClusterId,
        }),
      ];
    }
    if (target.kind === 'kubernetes' && target.access.from === 'eks')
      return [curve(target, 'AWS/EKS', { ClusterName: target.access.cluster })];
    return [];
  });
}

/** What to draw of an installation, in the order one looks in an incident; what has no curve is left out. */
export function panelsOf(installation: InstallationConfig): readonly Panel[] {
  const targets = targetsOf(installation);
  const of = (kind: TargetKind) => targets.filter((t) => t.kind === kind);
  const own = (signal: string, values?: (target: Target) => readonly string[]) =>
    published(installation, targets, signal, values);
  const dockets = (t: Target) => (t.kind === 'redis' ? t.docketNames : []);
  const panels: readonly Panel[] = [
    { title: 'flow runs by state', curves: own('prefect.flow_run.count', () => STATES) },
    { title: 'late flow runs', curves: own('postgres.flow_runs.late') },
    { title: 'Prefect, /ready, ms', curves: own('prefect.ready_ms') },
    { title: 'docket, work that should have begun', curves: own('redis.docket.backlog', dockets) },
    { title: 'consumers, messages behind', curves: own('redis.consumer.lag', () => GROUPS) },
    { title: 'PostgreSQL, CPU %', curves: vended(of('postgres'), 'CPUUtilization') },
    { title: 'PostgreSQL, sessions', curves: vended(of('postgres'), 'DatabaseConnections', 'Maximum') },
    { title: 'PostgreSQL, read latency, s', curves: vended(of('postgres'), 'ReadLatency') },
    {
      title: 'PostgreSQL, free storage, bytes',
      curves: vended(of('postgres'), 'FreeStorageSpace', 'Minimum'),
    },
    { title: 'PostgreSQL, sessions used, %', curves: own('postgres.connections.used_percent') },
    { title: 'Redis, engine CPU %', curves: vended(of('redis'), 'EngineCPUUtilization') },
    {
      title: 'Redis, memory used, %',
      curves: vended(of('redis'), 'DatabaseMemoryUsagePercentage', 'Maximum'),
    },
    { title: 'Redis, memory of maxmemory, %', curves: own('redis.memory.used_percent') },
    { title: 'Kubernetes, workloads not ready', curves: own('kubernetes.workloads.not_ready') },
    {
      title: 'Kubernetes, API server 5xx',
      curves: vended(of('kubernetes'), 'apiserver_request_total_5XX', 'Sum'),
    },
    {
      title: 'Kubernetes, pods not scheduled',
      curves: vended(of('kubernetes'), 'scheduler_pending_pods', 'Sum'),
    },
  ];
  return panels.filter((p) => p.curves.length > 0);
}
