import { signalNamed, tiersOf } from '../catalogue/signals/index.ts';
import type { InstallationConfig } from '../config/schema.ts';
import type {
  KubernetesTarget,
  NetworkTarget,
  PostgresLogTarget,
  PostgresTarget,
  PrefectTarget,
  RedisTarget,
  ServiceTarget,
} from '../config/targets.ts';
import type { Finding } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';
import type { Reading } from '../model/reading.ts';
import type { RootCause, Snapshot, Unevaluated } from '../model/snapshot.ts';
import { byUrgency } from './causes.ts';
import { docketSection } from './docket.ts';
import { eventsTableSection } from './events-table.ts';
import { kubernetesSection } from './kubernetes.ts';
import { type AnyLogs, logsSection } from './logs-section.ts';
import { networkSection } from './network.ts';
import type { Observation } from './observation.ts';
import { postgresLogSection } from './postgres-log.ts';
import { prefectServiceEntry } from './prefect-services.ts';
import {
  databaseEntry,
  databaseSection,
  flowRunsSection,
  redisEntry,
  targetState,
  type View,
} from './sections.ts';
import { serverSection } from './server-section.ts';
import { servicesSection } from './services.ts';
import type { Watch } from './staleness.ts';
import type { Statuses } from './statuses.ts';

/** One target: how well it is watched, and what was seen of it. */
interface Seen {
  readonly watch: Watch;
  readonly observation: Observation;
}

/** Everything one assessment came to. */
export interface Conclusions {
  readonly installation: InstallationConfig;
  readonly now: string;
  readonly version: string;
  readonly seen: readonly Seen[];
  readonly statuses: Statuses;
  readonly findings: readonly Finding[];
  readonly rootCause: RootCause | null;
  readonly unevaluated: readonly Unevaluated[];
  /** Those to be served: open, recovering, or closed by this assessment. */
  readonly incidents: readonly Incident[];
  readonly isInMaintenance: boolean;
}

function viewOf(seen: Seen, { targets }: Statuses): View {
  const { target } = seen.watch;
  return { ...seen, target, status: targets.get(target.id) ?? 'unknown' };
}

const isPostgres = (view: View): view is View<PostgresTarget> => view.target.kind === 'postgres';
const isRedis = (view: View): view is View<RedisTarget> => view.target.kind === 'redis';
const isService = (view: View): view is View<ServiceTarget> => view.target.kind === 'service';
const isKubernetes = (view: View): view is View<KubernetesTarget> => view.target.kind === 'kubernetes';
const isLogs = (view: View): view is View<AnyLogs> => view.target.kind === 'logs';
const isPostgresLog = (view: View): view is View<PostgresLogTarget> => view.target.kind === 'postgres-log';
const isPrefect = (view: View): view is View<PrefectTarget> => view.target.kind === 'prefect';

const isEntrance = (view: View): view is View<NetworkTarget> => view.target.kind === 'network';

/** A rate of the quarter-hour needs that long for its second probe, and nobody waits for it. */
const isAwaited = ({ signal, unknown }: Reading): boolean =>
  unknown?.reason === 'needs-two-probes' && signalNamed(signal).tiers.includes('minute');

/** Whether a target reports in each of its tiers, and its minutely rates have had their second probe. */
const isComplete = ({ watch, observation }: View): boolean =>
  tiersOf(watch.target.kind).every((tier) => watch.fresh.some((r) => r.tier === tier)) &&
  !observation.readings.some((o) => isAwaited(o.reading));

/** Writes down what an assessment came to in the shape that is served. */
export function snapshotOf(conclusions: Conclusions): Snapshot {
  const { installation, now, version, statuses, findings } = conclusions;
  const views = conclusions.seen.map((seen) => viewOf(seen, statuses));
  const databases = views.filter(isPostgres);
  const redis = views.filter(isRedis);
  const servers = views.filter(isPrefect);
  const [server] = servers;
  const services = views.filter(isService);
  return {
    installation: installation.name,
    kind: installation.kind,
    status: statuses.overall,
    observed_at: now,
    server: serverSection(server, services),
    database: databaseSection(databases, servers),
    databases: databases.map((d) => databaseEntry(d, servers)),
    docket: docketSection(redis, servers, findings),
    services: servicesSection(redis, servers, databases, views.filter(isLogs)),
    events_table: eventsTableSection(databases, findings),
    redis: redis.map(redisEntry),
    kubernetes: kubernetesSection(views.filter(isKubernetes)),
    flow_runs: flowRunsSection(server),
    prefect_services: services.map(prefectServiceEntry),
    network: networkSection(views.filter(isEntrance)),
    logs: logsSection(views.filter(isLogs)),
    postgres_log: postgresLogSection(views.filter(isPostgresLog)),
    forecasts: conclusions.seen
      .flatMap((s) => s.observation.forecasts)
      .toSorted((a, b) => a.seconds_left - b.seconds_left),
    findings: findings.toSorted(byUrgency),
    root_cause: conclusions.rootCause,
    incidents: [...conclusions.incidents],
    monitor: {
      status: statuses.monitor,
      version,
      stale: false,
      complete: views.every(isComplete),
      in_maintenance: conclusions.isInMaintenance,
      targets: views.map(targetState),
      unevaluated: [...conclusions.unevaluated],
    },
  };
}
