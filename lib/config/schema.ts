import * as v from 'valibot';
import { FINDINGS } from '../catalogue/findings/index.ts';

const Name = v.pipe(
  v.string(),
  v.regex(
    /^[a-z][a-z0-9-]{0,30}$/,
    'a lower-case name: a letter, then letters, digits or dashes, 31 at most',
  ),
);
const Host = v.pipe(
  v.string(),
  v.minLength(1, 'a host name or address'),
  v.regex(/^[^\s/@:]+$|^[0-9a-fA-F:]+$/, 'a host name or address, without scheme, port or path'),
);
const Port = v.pipe(
  v.number(),
  v.integer('a whole number from 1 to 65535'),
  v.minValue(1, 'a whole number from 1 to 65535'),
  v.maxValue(65535, 'a whole number from 1 to 65535'),
);
const HttpUrl = v.pipe(
  v.string(),
  v.check(
    (s) => URL.canParse(s) && ['http:', 'https:'].includes(new URL(s).protocol),
    'an http or https address',
  ),
  v.check(
    (s) => !URL.canParse(s) || new URL(s).username === '',
    'an address without a user name or password: use `auth`',
  ),
  v.transform((s) => s.replace(/\/+$/, '')),
);
const Region = v.pipe(v.string(), v.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region such as eu-central-1'));
const Arn = v.pipe(v.string(), v.regex(/^arn:aws[a-z-]*:[a-z0-9-]+:/, 'an ARN'));
const EnvironmentVariable = v.pipe(
  v.string(),
  v.regex(/^[A-Z_][A-Z0-9_]*$/, 'the name of an environment variable'),
);
const Timestamp = v.pipe(v.string(), v.isoTimestamp('a time such as 2026-11-21T02:00:00Z'));

/**
 * Where a password or key comes from: never the value itself. `secret` names a Secrets Manager secret whose text is
 * the password, or a JSON object with it under `key`; `environment` is for `npm run check` and never deployed.
 */
const SecretCredential = v.strictObject({ from: v.literal('secret'), arn: Arn, key: v.optional(v.string()) });
const EnvironmentCredential = v.strictObject({
  from: v.literal('environment'),
  variable: EnvironmentVariable,
});
const Credential = v.variant('from', [SecretCredential, EnvironmentCredential]);
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
const PostgresCredential = v.variant('from', [...Credential.options, RdsIam]);
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
const RedisCredential = v.variant('from', [SecretCredential, EnvironmentCredential, ElastiCacheIam]);
export type RedisCredential = Readonly<v.InferOutput<typeof RedisCredential>>;

/**
 * `verify` checks chain and name. `ca` is a PEM file beside the config; without it the public roots are trusted. For
 * RDS it is the bundle of the region (https://truststore.pki.rds.amazonaws.com/<region>/<region>-bundle.pem): its
 * certificates travel in the input of a schedule, which is too small for the global bundle.
 */
const Tls = v.variant('mode', [
  v.strictObject({ mode: v.literal('verify'), ca: v.optional(v.string()), serverName: v.optional(Host) }),
  v.strictObject({ mode: v.literal('off') }),
]);
export type Tls = Readonly<v.InferOutput<typeof Tls>>;

/** What may be changed of a finding; unset fields keep the catalogue's value. */
const FindingOverride = v.strictObject({
  enabled: v.optional(v.boolean()),
  warning: v.optional(v.number()),
  critical: v.optional(v.number()),
  pendingSeconds: v.optional(v.pipe(v.number(), v.minValue(0))),
  recoverySeconds: v.optional(v.pipe(v.number(), v.minValue(0))),
});
export type FindingOverride = Readonly<v.InferOutput<typeof FindingOverride>>;
const FindingOverrides = v.optional(v.record(v.picklist(FINDINGS.map((f) => f.id)), FindingOverride), {});
export type FindingOverrides = Readonly<Record<string, FindingOverride>>;

/** What stands behind a database on AWS: CPU, memory and storage are then read from CloudWatch. */
const Rds = v.pipe(
  v.strictObject({
    instance: v.optional(v.pipe(v.string(), v.nonEmpty('the identifier of a DB instance'))),
    cluster: v.optional(v.pipe(v.string(), v.nonEmpty('the identifier of a DB cluster'))),
    /** Allocated storage, which CloudWatch does not know: the free share follows from it. */
    storageGiB: v.optional(v.pipe(v.number(), v.minValue(1, 'the allocated storage in GiB'))),
  }),
  v.check(
    (rds) => (rds.instance === undefined) !== (rds.cluster === undefined),
    'either `instance` or `cluster`',
  ),
);
export type Rds = Readonly<v.InferOutput<typeof Rds>>;

export const DATABASE_ROLES = ['nebula', 'orion', 'events'] as const;
export const PostgresSchema = v.strictObject({
  name: Name,
  roles: v.optional(v.pipe(v.array(v.picklist(DATABASE_ROLES)), v.nonEmpty('at least one role')), [
    ...DATABASE_ROLES,
  ]),
  host: Host,
  port: v.optional(Port, 5432),
  database: v.pipe(v.string(), v.nonEmpty('the name of the database')),
  user: v.pipe(v.string(), v.nonEmpty('the name of the role to log in as')),
  password: v.optional(PostgresCredential),
  tls: v.optional(Tls, { mode: 'verify' }),
  rds: v.optional(Rds),
  findings: FindingOverrides,
});

/** `prefect server services` always calls its docket the first; a server's own is called the second unless set. */
export const DOCKET_NAMES = ['prefect', 'prefect-server'] as const;
const DocketName = v.pipe(
  v.string(),
  v.regex(/^[^\s{}:*?[\]]{1,64}$/, 'the name of a docket, as PREFECT_SERVER_DOCKET_NAME has it'),
);

export const REDIS_ROLES = ['cache', 'work', 'streams'] as const;
export const RedisSchema = v.strictObject({
  name: Name,
  roles: v.optional(v.pipe(v.array(v.picklist(REDIS_ROLES)), v.nonEmpty('at least one role')), [
    ...REDIS_ROLES,
  ]),
  host: Host,
  port: v.optional(Port, 6379),
  database: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  docketNames: v.optional(
    v.pipe(v.array(DocketName), v.nonEmpty('at least one name'), v.maxLength(8, 'eight names at most')),
    [...DOCKET_NAMES],
  ),
  user: v.optional(v.string()),
  password: v.optional(RedisCredential),
  tls: v.optional(Tls, { mode: 'verify' }),
  findings: FindingOverrides,
});

export const PrefectSchema = v.strictObject({
  name: v.optional(Name, 'server'),
  apiUrl: HttpUrl,
  auth: v.optional(
    v.variant('scheme', [
      v.strictObject({ scheme: v.literal('none') }),
      v.strictObject({ scheme: v.literal('basic'), credential: Credential }),
      v.strictObject({ scheme: v.literal('bearer'), credential: Credential }),
    ]),
    { scheme: 'none' },
  ),
  tls: v.optional(v.strictObject({ ca: v.optional(v.string()) }), {}),
  findings: FindingOverrides,
});

const namesDiffer = (targets: readonly { readonly name: string }[]): boolean =>
  new Set(targets.map((t) => t.name)).size === targets.length;
const TARGETS_DIFFER = 'targets with different names';

/** A token is as good as a password while it lasts: it never goes over a line that is not encrypted and verified. */
const tokensTravelSafely = v.rawCheck<v.InferOutput<typeof PostgresSchema>[]>(({ dataset, addIssue }) => {
  if (!dataset.typed) return;
  for (const [index, target] of dataset.value.entries()) {
    if (target.password?.from !== 'rds-iam' || target.tls.mode === 'verify') continue;
    addIssue({
      message: 'verify, since the password is a token of RDS IAM',
      input: target.tls.mode,
      path: [
        { type: 'array', origin: 'value', input: dataset.value, key: index, value: target },
        { type: 'object', origin: 'value', input: { ...target }, key: 'tls', value: target.tls },
        { type: 'object', origin: 'value', input: { ...target.tls }, key: 'mode', value: target.tls.mode },
      ],
    });
  }
});
type RedisInput = Readonly<v.InferOutput<typeof RedisSchema>>;

/** Named twice, a server would be probed twice and all that is wrong with it told twice. */
const endpointsDiffer = (targets: readonly RedisInput[]): boolean =>
  new Set(targets.map((t) => `${t.host.toLowerCase()} ${t.port} ${t.database}`)).size === targets.length;

const isIam = ({ password }: RedisInput): boolean => password?.from === 'elasticache-iam';
const hasUserForIam = (target: RedisInput): boolean => !isIam(target) || target.user !== undefined;
const hasTlsForIam = (target: RedisInput): boolean => !isIam(target) || target.tls.mode !== 'off';

const Maintenance = v.pipe(
  v.strictObject({ from: Timestamp, to: Timestamp, note: v.optional(v.string()) }),
  v.check((w) => Date.parse(w.from) < Date.parse(w.to), 'a window whose `from` is before its `to`'),
);

const Installation = v.strictObject({
  name: Name,
  kind: v.optional(v.picklist(['oss', 'customer-managed']), 'oss'),
  postgres: v.optional(
    v.pipe(
      v.array(PostgresSchema),
      v.check((all) => namesDiffer(all), TARGETS_DIFFER),
      tokensTravelSafely,
    ),
    [],
  ),
  redis: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          RedisSchema,
          v.forward(v.check(hasUserForIam, 'the name of the user, which ElastiCache IAM needs'), ['user']),
          v.forward(v.check(hasTlsForIam, 'TLS, which ElastiCache IAM needs'), ['tls']),
        ),
      ),
      v.check((all) => namesDiffer(all), TARGETS_DIFFER),
      v.check(
        (all) => endpointsDiffer(all),
        'each host, port and database once: one target may have several `roles`',
      ),
    ),
    [],
  ),
  prefect: v.optional(
    v.pipe(
      v.array(PrefectSchema),
      v.check((all) => namesDiffer(all), TARGETS_DIFFER),
    ),
    [],
  ),
  findings: FindingOverrides,
  maintenance: v.optional(v.array(Maintenance), []),
});

const Network = v.strictObject({
  vpcId: v.pipe(v.string(), v.regex(/^vpc-[0-9a-f]+$/, 'the id of a VPC, vpc-…')),
  subnetIds: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.regex(/^subnet-[0-9a-f]+$/, 'the id of a subnet, subnet-…'))),
      v.nonEmpty('at least one subnet'),
    ),
  ),
  securityGroupIds: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.regex(/^sg-[0-9a-f]+$/, 'the id of a security group, sg-…'))),
      v.nonEmpty('at least one security group'),
    ),
  ),
  dynamodbEndpoint: v.optional(v.boolean(), true),
});

export const ConfigSchema = v.strictObject({
  stackName: v.optional(
    v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9-]{0,100}$/, 'a CloudFormation stack name')),
    'PrefectVitals',
  ),
  region: v.optional(Region),
  account: v.optional(v.pipe(v.string(), v.regex(/^\d{12}$/, 'a 12-digit account id'))),
  installations: v.pipe(
    v.array(Installation),
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
