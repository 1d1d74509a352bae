import * as v from 'valibot';
import { Alerts } from './alerts.ts';
import { ApiConfig } from './api.ts';
import { namesDiffer } from './distinct.ts';
import { Entrances } from './entrances.ts';
import { Arn, Name, Region } from './fields.ts';
import { FindingOverrides } from './finding-overrides.ts';
import { KubernetesTargets } from './kubernetes.ts';
import { LogGroups } from './log-groups.ts';
import { Maintenance } from './maintenance.ts';
import { Network } from './network.ts';
import { PostgresTargets } from './postgres.ts';
import { PrefectTargets } from './prefect.ts';
import { RedisTargets } from './redis.ts';
import { ServiceTargets } from './service.ts';
import { leadsThroughOwnClusters } from './via.ts';

const Installation = v.strictObject({
  name: Name,
  kind: v.optional(v.picklist(['oss', 'customer-managed']), 'oss'),
  postgres: v.optional(PostgresTargets, []),
  redis: v.optional(RedisTargets, []),
  prefect: v.optional(PrefectTargets, []),
  services: v.optional(ServiceTargets, []),
  entrances: v.optional(Entrances, []),
  kubernetes: v.optional(KubernetesTargets, []),
  logGroups: v.optional(LogGroups, []),
  /**
   * What goes to CloudWatch, at $0.30 a metric and month: the few an alarm or the dashboard stands on, or every one the
   * catalogue names. What AWS keeps itself is in neither.
   */
  metrics: v.optional(v.picklist(['essential', 'full']), 'essential'),
  findings: FindingOverrides,
  maintenance: v.optional(v.array(Maintenance), []),
  /** People are reminded of an incident that is still open this long after they last heard of it; never when unset. */
  remindAfterMinutes: v.optional(v.pipe(v.number(), v.minValue(5, 'five minutes or more'))),
});

/** Both become targets called `logs/…`. */
const logsDiffer = ({ kubernetes, logGroups }: v.InferOutput<typeof Installation>): boolean =>
  namesDiffer([
    ...kubernetes.filter((t) => t.logs !== false),
    ...logGroups.filter((t) => t.holds === 'prefect'),
  ]);

/** What CloudWatch does by itself, beside the alerts: those tell people already. */
const Alarms = v.strictObject({
  /** Whom the alarms on components call besides: topics, Systems Manager or functions, by ARN. */
  actions: v.optional(v.pipe(v.array(Arn), v.maxLength(5, 'five at most, as many as an alarm takes')), []),
  /** One alarm for each installation that calls them once, in place of each component's. */
  root: v.optional(v.boolean(), false),
  dashboard: v.optional(v.boolean(), true),
});

export const ConfigSchema = v.strictObject({
  stackName: v.optional(
    v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9-]{0,100}$/, 'a CloudFormation stack name')),
    'PrefectVitals',
  ),
  region: v.optional(Region),
  account: v.optional(v.pipe(v.string(), v.regex(/^\d{12}$/, 'a 12-digit account id'))),
  installations: v.pipe(
    v.array(
      v.pipe(
        Installation,
        leadsThroughOwnClusters(),
        v.check(logsDiffer, 'a log group with another name than the cluster whose pods’ logs are read'),
      ),
    ),
    v.nonEmpty('at least one installation'),
    v.check(
      (all) => new Set(all.map((i) => i.name)).size === all.length,
      'installations with different names',
    ),
  ),
  alerts: Alerts,
  alarms: v.optional(Alarms, {}),
  network: v.optional(Network),
  /** Whose keys encrypt what is kept: AWS's own, or the one of the stack that the topic has in any case. */
  encryption: v.optional(v.picklist(['aws-owned', 'own-key']), 'aws-owned'),
  api: v.optional(ApiConfig, {}),
  logRetentionDays: v.optional(v.picklist([1, 3, 5, 7, 14, 30, 60, 90, 180, 365]), 30),
});

export type ConfigInput = v.InferInput<typeof ConfigSchema>;
export type Config = v.InferOutput<typeof ConfigSchema>;
export type InstallationConfig = Config['installations'][number];
