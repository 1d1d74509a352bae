import * as v from 'valibot';
import { RedisCredential } from './credentials.ts';
import { namesDiffer, TARGETS_DIFFER } from './distinct.ts';
import { Host, Name, Port } from './fields.ts';
import { FindingOverrides } from './finding-overrides.ts';
import { Tls } from './tls.ts';

/** `prefect server services` always calls its docket the first; a server's own is called the second unless set. */
const DOCKET_NAMES = ['prefect', 'prefect-server'] as const;
const DocketName = v.pipe(
  v.string(),
  v.regex(/^[^\s{}:*?[\]]{1,64}$/, 'the name of a docket, as PREFECT_SERVER_DOCKET_NAME has it'),
);

/** The node behind a Redis on AWS, as CloudWatch names it: the CPU of its engine is then read from there. */
const ElastiCache = v.strictObject({
  cacheClusterId: v.pipe(
    v.string(),
    v.regex(/^[a-z][a-z0-9-]{0,49}$/, 'the id of a node, such as prefect-001'),
  ),
});

/** For how long a probe waits, unless told otherwise, for runs that are about to end: Lambda bills for waiting. */
export const LISTEN_SECONDS = 0.4;
/** A collector has four seconds, and must connect and look first. */
const LISTEN_SECONDS_MAX = 3;

/** What ARQ calls its queue unless told otherwise; Customer-Managed Prefect hands background work over in such queues. */
export const ARQ_QUEUES = ['arq:queue'] as const;

const Key = v.pipe(v.string(), v.regex(/^[^\s\p{C}]{1,200}$/u, 'the name of a key, without spaces'));

/** What the documentation of Customer-Managed Prefect asks for, by role; an instance of several needs the sum. */
export const RECOMMENDED_GIB = { cache: 2, work: 2, streams: 4 } as const;

const REDIS_ROLES = ['cache', 'work', 'streams'] as const;
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
  listenSeconds: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0),
      v.maxValue(LISTEN_SECONDS_MAX, `${LISTEN_SECONDS_MAX} seconds at most`),
    ),
  ),
  arqQueues: v.optional(v.pipe(v.array(Key), v.maxLength(8, 'eight queues at most'))),
  /** Looked at each minute wherever they are; `findStreams` looks for more among the first fifty thousand keys. */
  streamNames: v.optional(v.pipe(v.array(Key), v.maxLength(100, 'a hundred streams at most'))),
  findStreams: v.optional(v.boolean()),
  user: v.optional(v.string()),
  password: v.optional(RedisCredential),
  tls: v.optional(Tls, { mode: 'verify' }),
  elasticache: v.optional(ElastiCache),
  /** Unless given, what Prefect recommends for a Customer-Managed installation, and nothing for others. */
  minimum: v.optional(v.strictObject({ memoryGiB: v.pipe(v.number(), v.minValue(0.1)) })),
  findings: FindingOverrides,
});

type RedisInput = Readonly<v.InferOutput<typeof RedisSchema>>;

/** Named twice, a server would be probed twice and all that is wrong with it told twice. */
const endpointsDiffer = (targets: readonly RedisInput[]): boolean =>
  new Set(targets.map((t) => `${t.host.toLowerCase()} ${t.port} ${t.database}`)).size === targets.length;

const isIam = ({ password }: RedisInput): boolean => password?.from === 'elasticache-iam';
const hasUserForIam = (target: RedisInput): boolean => !isIam(target) || target.user !== undefined;
const hasTlsForIam = (target: RedisInput): boolean => !isIam(target) || target.tls.mode !== 'off';

export const RedisTargets = v.pipe(
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
);
