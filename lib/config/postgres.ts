import * as v from 'valibot';
import { PostgresCredential } from './credentials.ts';
import { namesDiffer, TARGETS_DIFFER } from './distinct.ts';
import { Host, Name, Port } from './fields.ts';
import { FindingOverrides } from './finding-overrides.ts';
import { Tls } from './tls.ts';

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

/** What the documentation of Customer-Managed Prefect asks for. */
export const RECOMMENDED_STORAGE = { storageGiB: 100 } as const;

const DATABASE_ROLES = ['nebula', 'orion', 'events'] as const;
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
  /** Unless given, what Prefect recommends for a Customer-Managed installation, and nothing for others. */
  minimum: v.optional(v.strictObject({ storageGiB: v.pipe(v.number(), v.minValue(1)) })),
  findings: FindingOverrides,
});

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

export const PostgresTargets = v.pipe(
  v.array(PostgresSchema),
  v.check((all) => namesDiffer(all), TARGETS_DIFFER),
  tokensTravelSafely,
);
