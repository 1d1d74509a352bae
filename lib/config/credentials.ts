import * as v from 'valibot';
import { Arn, EnvironmentVariable, Region } from './fields.ts';

/**
 * Where a password or key comes from: never the value itself. `secret` names a Secrets Manager secret whose text is
 * the password, or a JSON object with it under `key`; `environment` is for `npm run check` and never deployed.
 */
const SecretCredential = v.strictObject({ from: v.literal('secret'), arn: Arn, key: v.optional(v.string()) });
const EnvironmentCredential = v.strictObject({
  from: v.literal('environment'),
  variable: EnvironmentVariable,
});
export const Credential = v.variant('from', [SecretCredential, EnvironmentCredential]);
export type Credential = Readonly<v.InferOutput<typeof Credential>>;

/**
 * RDS and Aurora take a token signed with the probe's own credentials in place of a password: nothing to keep, nothing
 * to rotate. `host` must be the endpoint itself, no alias of it. `resourceId` (DbiResourceId, or that of the cluster)
 * narrows the permission to this one server; without it the role may log in by this user's name anywhere.
 */
const RdsIam = v.strictObject({
  from: v.literal('rds-iam'),
  region: Region,
  resourceId: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^(db|cluster|prx)-[A-Z0-9]+$/, 'the resource id of a database, db-… or cluster-…'),
    ),
  ),
});
export const PostgresCredential = v.variant('from', [...Credential.options, RdsIam]);
export type PostgresCredential = Readonly<v.InferOutput<typeof PostgresCredential>>;

/**
 * No password at all: ElastiCache takes a token signed with the credentials of whoever connects. `cacheName` is the id
 * of the replication group, or the name of a serverless cache; the user is the target's.
 */
const ElastiCacheIam = v.strictObject({
  from: v.literal('elasticache-iam'),
  region: Region,
  cacheName: v.pipe(
    v.string(),
    v.regex(/^[a-z][a-z0-9-]{0,49}$/, 'the id of a replication group or the name of a serverless cache'),
  ),
  serverless: v.optional(v.boolean(), false),
});
export type ElastiCacheIam = Readonly<v.InferOutput<typeof ElastiCacheIam>>;
export const RedisCredential = v.variant('from', [SecretCredential, EnvironmentCredential, ElastiCacheIam]);
export type RedisCredential = Readonly<v.InferOutput<typeof RedisCredential>>;
