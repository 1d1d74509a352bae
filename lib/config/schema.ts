import * as v from 'valibot';
import { Entrances } from './entrances.ts';
import { Name, Region } from './fields.ts';
import { FindingOverrides } from './finding-overrides.ts';
import { KubernetesTargets } from './kubernetes.ts';
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
  findings: FindingOverrides,
  maintenance: v.optional(v.array(Maintenance), []),
  /** People are reminded of an incident that is still open this long after they last heard of it; never when unset. */
  remindAfterMinutes: v.optional(v.pipe(v.number(), v.minValue(5, 'five minutes or more'))),
});

export const ConfigSchema = v.strictObject({
  stackName: v.optional(
    v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9-]{0,100}$/, 'a CloudFormation stack name')),
    'PrefectVitals',
  ),
  region: v.optional(Region),
  account: v.optional(v.pipe(v.string(), v.regex(/^\d{12}$/, 'a 12-digit account id'))),
  installations: v.pipe(
    v.array(v.pipe(Installation, leadsThroughOwnClusters())),
    v.nonEmpty('at least one installation'),
    v.check(
      (all) => new Set(all.map((i) => i.name)).size === all.length,
      'installations with different names',
    ),
  ),
  alerts: v.optional(
    v.strictObject({ emails: v.optional(v.array(v.pipe(v.string(), v.email('an e-mail address'))), []) }),
    { emails: [] },
  ),
  network: v.optional(Network),
  logRetentionDays: v.optional(v.picklist([1, 3, 5, 7, 14, 30, 60, 90, 180, 365]), 30),
});

export type ConfigInput = v.InferInput<typeof ConfigSchema>;
export type Config = v.InferOutput<typeof ConfigSchema>;
export type InstallationConfig = Config['installations'][number];
