import * as v from 'valibot';
import type { TargetKind } from '../model/report.ts';
import { EntranceSchema } from './entrances.ts';
import type { FindingOverrides } from './finding-overrides.ts';
import { ClusterAccess, KubernetesSchema, RECOMMENDED_SIZE } from './kubernetes.ts';
import { type LogGroup, PostgresLogGroupSchema, PrefectLogGroupSchema } from './log-groups.ts';
import { PostgresSchema, RECOMMENDED_STORAGE } from './postgres.ts';
import { PrefectSchema } from './prefect.ts';
import { ARQ_QUEUES, RECOMMENDED_GIB, RedisSchema } from './redis.ts';
import type { Config, InstallationConfig } from './schema.ts';
import { ServiceAtAddress, ServiceInCluster } from './service.ts';
import { accessTo } from './via.ts';

/** A thing to probe. `id` is `kind/name`, unique within its installation, and names it in every key and metric. */
const named = <K extends TargetKind>(kind: K) => ({ kind: v.literal(kind), id: v.string() });
export const PostgresTargetSchema = v.strictObject({
  ...v.omit(PostgresSchema, ['findings']).entries,
  ...named('postgres'),
});
export const RedisTargetSchema = v.strictObject({
  ...v.omit(RedisSchema, ['findings']).entries,
  ...named('redis'),
});
export const PrefectTargetSchema = v.strictObject({
  ...v.omit(PrefectSchema, ['findings']).entries,
  ...named('prefect'),
  /** Set where no database says what becomes of runs, pools and workers, so that the API is asked. */
  readsWorkByApi: v.optional(v.boolean()),
});
export const KubernetesTargetSchema = v.strictObject({
  ...v.omit(KubernetesSchema, ['findings']).entries,
  ...named('kubernetes'),
});
const ServiceAtAddressTargetSchema = v.strictObject({
  ...v.omit(ServiceAtAddress, ['findings']).entries,
  ...named('service'),
});
const ServiceInClusterTargetSchema = v.strictObject({
  ...v.omit(ServiceInCluster, ['findings', 'via']).entries,
  ...named('service'),
  /** In place of the cluster's name what leads into it: a probe is told of its own targets only. */
  via: v.strictObject({
    access: ClusterAccess,
    ...v.omit(ServiceInCluster.entries.via, ['kubernetes']).entries,
  }),
});
export const ServiceTargetSchema = v.union([ServiceAtAddressTargetSchema, ServiceInClusterTargetSchema]);
export const NetworkTargetSchema = v.strictObject({
  ...v.omit(EntranceSchema, ['findings']).entries,
  ...named('network'),
});
/** The logs of a cluster's pods: read by a probe of their own, since they take their time. */
export const LogsTargetSchema = v.strictObject({
  ...v.pick(KubernetesSchema, ['name', 'access', 'namespaces']).entries,
  labelSelector: v.optional(v.string()),
  ...named('logs'),
});
/** The same logs where they are shipped to: a log group of CloudWatch Logs. */
export const LogGroupTargetSchema = v.strictObject({
  ...v.omit(PrefectLogGroupSchema, ['findings', 'holds']).entries,
  ...named('logs'),
});
export const PostgresLogTargetSchema = v.strictObject({
  ...v.omit(PostgresLogGroupSchema, ['findings', 'holds']).entries,
  ...named('postgres-log'),
});
export type PostgresTarget = Readonly<v.InferOutput<typeof PostgresTargetSchema>>;
export type RedisTarget = Readonly<v.InferOutput<typeof RedisTargetSchema>>;
export type PrefectTarget = Readonly<v.InferOutput<typeof PrefectTargetSchema>>;
export type ServiceAtAddressTarget = Readonly<v.InferOutput<typeof ServiceAtAddressTargetSchema>>;
export type ServiceInClusterTarget = Readonly<v.InferOutput<typeof ServiceInClusterTargetSchema>>;
export type ServiceTarget = ServiceAtAddressTarget | ServiceInClusterTarget;
export type NetworkTarget = Readonly<v.InferOutput<typeof NetworkTargetSchema>>;
export type KubernetesTarget = Readonly<v.InferOutput<typeof KubernetesTargetSchema>>;
export type LogsTarget = Readonly<v.InferOutput<typeof LogsTargetSchema>>;
export type LogGroupTarget = Readonly<v.InferOutput<typeof LogGroupTargetSchema>>;
export type PostgresLogTarget = Readonly<v.InferOutput<typeof PostgresLogTargetSchema>>;
export type Target =
  | PostgresTarget
  | RedisTarget
  | PrefectTarget
  | ServiceTarget
  | NetworkTarget
  | KubernetesTarget
  | LogsTarget
  | LogGroupTarget
  | PostgresLogTarget;

const targetOf = <K extends TargetKind, T extends { name: string; findings: FindingOverrides }>(
  kind: K,
  t: T,
) => {
  const { findings: _, ...connection } = t;
  return { kind, id: `${kind}/${t.name}`, ...connection };
};

type RedisConfig = InstallationConfig['redis'][number];

/** What Customer-Managed Prefect keeps in Redis by role and asks of it, where the configuration does not say. */
function asManaged(t: RedisConfig): RedisConfig {
  const plays = (role: RedisConfig['roles'][number]) => t.roles.includes(role);
  return {
    ...t,
    arqQueues: t.arqQueues ?? (plays('work') ? [...ARQ_QUEUES] : []),
    findStreams: t.findStreams ?? plays('streams'),
    minimum: t.minimum ?? { memoryGiB: t.roles.reduce((sum, role) => sum + RECOMMENDED_GIB[role], 0) },
  };
}

function serviceOf(
  installation: InstallationConfig,
  t: InstallationConfig['services'][number],
): ServiceTarget {
  if (!('via' in t)) return targetOf('service', t);
  const { kubernetes, ...via } = t.via;
  return { ...targetOf('service', t), via: { access: accessTo(installation, kubernetes), ...via } };
}

/** Prefect says how large a cluster of Customer-Managed Prefect should be, and of no other. */
const sized = (t: InstallationConfig['kubernetes'][number], kind: InstallationConfig['kind']) =>
  kind === 'customer-managed' ? { ...t, minimum: t.minimum ?? RECOMMENDED_SIZE } : t;

const logsOf = ({
  name,
  access,
  namespaces,
  logs,
}: InstallationConfig['kubernetes'][number]): LogsTarget[] =>
  logs === false ? [] : [{ kind: 'logs', id: `logs/${name}`, name, access, namespaces, ...logs }];

/** Each log group by what it holds. */
function logGroupOf(group: LogGroup): LogGroupTarget | PostgresLogTarget {
  if (group.holds === 'postgres') {
    const { findings: _, holds: _holds, ...rest } = group;
    return { kind: 'postgres-log', id: `postgres-log/${group.name}`, ...rest };
  }
  const { findings: _, holds: _holds, ...rest } = group;
  return { kind: 'logs', id: `logs/${group.name}`, ...rest };
}

/** Whether a target is a log group, which is read by way of CloudWatch and from outside any VPC. */
export const isLogGroup = (target: Target): target is LogGroupTarget | PostgresLogTarget =>
  'logGroup' in target;

/** Everything an installation asks to have probed, in the order of the dependency: databases first. */
export function targetsOf(installation: InstallationConfig): readonly Target[] {
  const isManaged = installation.kind === 'customer-managed';
  const hasTables = installation.postgres.some((t) => t.roles.includes('orion'));
  return [
    ...installation.postgres.map((t) =>
      targetOf('postgres', isManaged ? { ...t, minimum: t.minimum ?? RECOMMENDED_STORAGE } : t),
    ),
    ...installation.redis.map((t) => targetOf('redis', isManaged ? asManaged(t) : t)),
    ...installation.prefect.map((t) => ({
      ...targetOf('prefect', t),
      ...(!hasTables && { readsWorkByApi: true }),
    })),
    ...installation.services.map((t) => serviceOf(installation, t)),
    ...installation.entrances.map((t) => targetOf('network', t)),
    ...installation.kubernetes.map((t) => targetOf('kubernetes', sized(t, installation.kind))),
    ...installation.kubernetes.flatMap(logsOf),
    ...installation.logGroups.map(logGroupOf),
  ];
}

/** The installation's overrides of findings for one target: the target's own win, field by field. */
export function overridesFor(installation: InstallationConfig, targetId: string): FindingOverrides {
  const own =
    [
      ...installation.postgres.map((t) => [`postgres/${t.name}`, t.findings] as const),
      ...installation.redis.map((t) => [`redis/${t.name}`, t.findings] as const),
      ...installation.prefect.map((t) => [`prefect/${t.name}`, t.findings] as const),
      ...installation.services.map((t) => [`service/${t.name}`, t.findings] as const),
      ...installation.entrances.map((t) => [`network/${t.name}`, t.findings] as const),
      ...installation.kubernetes.map((t) => [`kubernetes/${t.name}`, t.findings] as const),
      ...installation.logGroups.map((t) => [logGroupOf(t).id, t.findings] as const),
      ...installation.kubernetes.map((t) => [`logs/${t.name}`, t.findings] as const),
    ].find(([id]) => id === targetId)?.[1] ?? {};
  const ids = new Set([...Object.keys(installation.findings), ...Object.keys(own)]);
  return Object.fromEntries([...ids].map((id) => [id, { ...installation.findings[id], ...own[id] }]));
}

/** Nobody logs in at an entrance; into a cluster whoever asks signs in as itself, or as a kubeconfig says. */
function credentialOf(target: Target) {
  switch (target.kind) {
    case 'network':
    case 'kubernetes':
    case 'logs':
    case 'postgres-log':
      return undefined;
    case 'service':
      return 'via' in target || target.auth.scheme === 'none' ? undefined : target.auth.credential;
    case 'prefect':
      return target.auth.scheme === 'none' ? undefined : target.auth.credential;
    default:
      return target.password;
  }
}

/** Every credential of a configuration with the path it stands at, for checks and permissions. */
export function credentialsOf(config: Config) {
  return config.installations.flatMap((installation) =>
    targetsOf(installation).flatMap((target) => {
      const credential = credentialOf(target);
      return credential === undefined ? [] : [{ installation: installation.name, target, credential }];
    }),
  );
}
