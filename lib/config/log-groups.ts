import * as v from 'valibot';
import { namesDiffer, TARGETS_DIFFER } from './distinct.ts';
import { Name, Region } from './fields.ts';
import { FindingOverrides } from './finding-overrides.ts';
import { KubernetesName } from './kubernetes.ts';

const Group = {
  name: Name,
  logGroup: v.pipe(v.string(), v.regex(/^[\w./#-]{1,512}$/, 'the name of a log group of CloudWatch Logs')),
  /** Where it is, when that is not where Prefect Vitals runs. */
  region: v.optional(Region),
  findings: FindingOverrides,
};

/**
 * What Prefect's containers print, shipped by an agent of the cluster or by ECS. Of a log group that holds every
 * container of a cluster, `namespaces` says which are Prefect's.
 */
export const PrefectLogGroupSchema = v.strictObject({
  ...Group,
  holds: v.literal('prefect'),
  namespaces: v.optional(v.pipe(v.array(KubernetesName), v.maxLength(10, 'ten namespaces at most')), []),
});

/** PostgreSQL's own log, as RDS and Aurora export it. It goes by the name of its database, if that is a target too. */
export const PostgresLogGroupSchema = v.strictObject({ ...Group, holds: v.literal('postgres') });

const LogGroupSchema = v.variant('holds', [PrefectLogGroupSchema, PostgresLogGroupSchema]);
export type LogGroup = v.InferOutput<typeof LogGroupSchema>;

const ofKind = (all: readonly LogGroup[], kind: LogGroup['holds']) => all.filter((g) => g.holds === kind);

export const LogGroups = v.pipe(
  v.array(LogGroupSchema),
  v.check(
    (all) => namesDiffer(ofKind(all, 'prefect')) && namesDiffer(ofKind(all, 'postgres')),
    TARGETS_DIFFER,
  ),
);
