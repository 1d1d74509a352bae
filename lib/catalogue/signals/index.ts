import { type TargetKind, TIERS, type Tier } from '../../model/report.ts';
import type { Signal } from '../signal.ts';
import { KUBERNETES_SIGNALS } from './kubernetes.ts';
import { KUBERNETES_CONTROL_PLANE_SIGNALS } from './kubernetes-control-plane.ts';
import { KUBERNETES_NODES_SIGNALS } from './kubernetes-nodes.ts';
import { KUBERNETES_VENDED_SIGNALS } from './kubernetes-vended.ts';
import { KUBERNETES_WORKLOADS_SIGNALS } from './kubernetes-workloads.ts';
import { LOGS_SIGNALS } from './logs.ts';
import { MONITOR_SIGNALS } from './monitor.ts';
import { NETWORK_SIGNALS } from './network.ts';
import { POSTGRES_SIGNALS } from './postgres.ts';
import { POSTGRES_ACTIVITY_SIGNALS } from './postgres-activity.ts';
import { POSTGRES_HOST_SIGNALS } from './postgres-host.ts';
import { POSTGRES_LOG_SIGNALS } from './postgres-log.ts';
import { POSTGRES_SERVER_SIGNALS } from './postgres-server.ts';
import { POSTGRES_STATISTICS_SIGNALS } from './postgres-statistics.ts';
import { POSTGRES_STORAGE_SIGNALS } from './postgres-storage.ts';
import { PREFECT_SIGNALS } from './prefect.ts';
import { PREFECT_REQUEST_SIGNALS } from './prefect-requests.ts';
import { PREFECT_EVENTS_SIGNALS } from './prefect-tables-events.ts';
import { PREFECT_FLOW_RUNS_SIGNALS } from './prefect-tables-flow-runs.ts';
import { PREFECT_HABITS_SIGNALS } from './prefect-tables-habits.ts';
import { PREFECT_SERVICES_SIGNALS } from './prefect-tables-services.ts';
import { PREFECT_WORK_SIGNALS } from './prefect-tables-work.ts';
import { PREFECT_API_WORK_SIGNALS } from './prefect-work.ts';
import { REDIS_SIGNALS } from './redis.ts';
import { REDIS_DATA_SIGNALS } from './redis-data.ts';
import { REDIS_DOCKET_SIGNALS } from './redis-docket.ts';
import { REDIS_HOST_SIGNALS } from './redis-host.ts';
import { REDIS_MESSAGING_SIGNALS } from './redis-messaging.ts';
import { REDIS_TRAFFIC_SIGNALS } from './redis-traffic.ts';
import { REDIS_WORK_SIGNALS } from './redis-work.ts';
import { SERVICE_SIGNALS } from './service.ts';

/** Everything that is measured. */
export const SIGNALS: readonly Signal[] = [
  ...POSTGRES_SIGNALS,
  ...POSTGRES_HOST_SIGNALS,
  ...PREFECT_EVENTS_SIGNALS,
  ...PREFECT_FLOW_RUNS_SIGNALS,
  ...PREFECT_SERVICES_SIGNALS,
  ...PREFECT_WORK_SIGNALS,
  ...PREFECT_HABITS_SIGNALS,
  ...POSTGRES_ACTIVITY_SIGNALS,
  ...POSTGRES_STATISTICS_SIGNALS,
  ...POSTGRES_STORAGE_SIGNALS,
  ...POSTGRES_SERVER_SIGNALS,
  ...REDIS_SIGNALS,
  ...REDIS_DOCKET_SIGNALS,
  ...REDIS_MESSAGING_SIGNALS,
  ...REDIS_TRAFFIC_SIGNALS,
  ...REDIS_DATA_SIGNALS,
  ...REDIS_HOST_SIGNALS,
  ...REDIS_WORK_SIGNALS,
  ...PREFECT_SIGNALS,
  ...SERVICE_SIGNALS,
  ...NETWORK_SIGNALS,
  ...PREFECT_REQUEST_SIGNALS,
  ...PREFECT_API_WORK_SIGNALS,
  ...KUBERNETES_SIGNALS,
  ...KUBERNETES_CONTROL_PLANE_SIGNALS,
  ...KUBERNETES_NODES_SIGNALS,
  ...KUBERNETES_WORKLOADS_SIGNALS,
  ...KUBERNETES_VENDED_SIGNALS,
  ...LOGS_SIGNALS,
  ...POSTGRES_LOG_SIGNALS,
  ...MONITOR_SIGNALS,
];

const BY_ID = new Map(SIGNALS.map((s) => [s.id, s]));

/** @throws RangeError when the catalogue has no such signal: readings are checked against it where they enter. */
export function signalNamed(id: string): Signal {
  const signal = BY_ID.get(id);
  if (signal === undefined) throw new RangeError(`no signal is called ${id}`);
  return signal;
}

/** The tiers in which a target of this kind is probed. */
export const tiersOf = (kind: TargetKind): readonly Tier[] =>
  TIERS.filter((tier) => SIGNALS.some((s) => s.kind === kind && s.tiers.includes(tier)));
