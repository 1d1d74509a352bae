import { Annotations, ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ContextAttribute } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { tiersOf } from '../lib/catalogue/signals/index.ts';
import type { Config, InstallationConfig } from '../lib/config/schema.ts';
import { credentialsOf, isLogGroup, type Target, targetsOf } from '../lib/config/targets.ts';
import { TIER_SECONDS } from '../lib/model/report.ts';
import type { Placement } from './network.ts';
import { type Schedules, targetsInput } from './schedules.ts';
import { VitalsFunction } from './vitals-function.ts';

const PROBED_KINDS = [
  'postgres',
  'redis',
  'prefect',
  'service',
  'network',
  'kubernetes',
  'logs',
  'log-groups',
] as const;
export type ProbedKind = (typeof PROBED_KINDS)[number];

/** Which function looks at a target: one for every kind, and one for log groups, whatever they hold. */
const probedAs = (target: Target): ProbedKind => (isLogGroup(target) ? 'log-groups' : target.kind);

const NAMES: Readonly<Record<ProbedKind, string>> = {
  postgres: 'PostgreSQL',
  redis: 'Redis',
  prefect: 'Prefect',
  service: 'Service',
  network: 'Entrances',
  kubernetes: 'Kubernetes',
  logs: 'Logs',
  'log-groups': 'LogGroups',
};

/** Two thousand pods may come in one answer, or megabytes of logs, and are read at the speed that memory buys. */
const MEMORY_MIB: Readonly<Record<ProbedKind, number>> = {
  postgres: 256,
  redis: 256,
  prefect: 256,
  service: 256,
  network: 256,
  kubernetes: 512,
  logs: 512,
  'log-groups': 512,
};

/** Where the configuration names the targets of a kind; the placement in a VPC is called `network` already. */
const KEYS: Readonly<Record<ProbedKind, keyof InstallationConfig>> = {
  postgres: 'postgres',
  redis: 'redis',
  prefect: 'prefect',
  service: 'services',
  network: 'entrances',
  kubernetes: 'kubernetes',
  logs: 'kubernetes',
  'log-groups': 'logGroups',
};

/** What a probe without a memory counts whole minutes by. */
const COUNTING_MINUTES: readonly ProbedKind[] = ['logs', 'log-groups'];
const SCHEDULED = { scheduledAt: ContextAttribute.scheduledTime };

/** Shorter than the shortest interval, so that runs of one schedule never overlap. */
const TIMEOUT = Duration.seconds(50);

export interface Probe {
  readonly kind: ProbedKind;
  readonly function: VitalsFunction;
  /** Between two runs of the most frequent schedule. */
  readonly interval: Duration;
}

interface ProbesProps {
  readonly config: Config;
  readonly table: ITableV2;
  readonly schedules: Schedules;
  readonly placement: Placement | undefined;
}

/** One function per kind of target there is, and one schedule per installation and tier that tells it its targets. */
export class Probes extends Construct {
  readonly all: readonly Probe[];

  constructor(scope: Construct, id: string, props: ProbesProps) {
    super(scope, id);
    const watched = new Set<string>(props.config.installations.flatMap(targetsOf).map(probedAs));
    const kinds = PROBED_KINDS.filter((kind) => watched.has(kind));
    this.all = kinds.map((kind) => this.#probe(kind, props));
  }

  #probe(kind: ProbedKind, { config, table, schedules, placement }: ProbesProps): Probe {
    const probe = new VitalsFunction(this, `Probe${NAMES[kind]}`, {
      name: `probe-${kind}`,
      description: `Reads the vital signs of ${NAMES[kind]} and stores them as a report`,
      timeout: TIMEOUT,
      memoryMiB: MEMORY_MIB[kind],
      environment: { TABLE_NAME: table.tableName },
      logRetentionDays: config.logRetentionDays,
      // CloudWatch Logs is asked from outside: most VPCs have no way to it that costs nothing.
      placement: kind === 'log-groups' ? undefined : placement,
    });
    // A failed run is not retried: the next one is the retry, and a late one would report an old state.
    probe.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    // No condition on the partition: IAM sees its key alone, and reports share it with what assess writes.
    probe.allow(['dynamodb:PutItem'], [table.tableArn]);
    const secrets = secretArns(config, kind);
    if (secrets.length > 0) probe.allow(['secretsmanager:GetSecretValue'], secrets);
    const logins = kind === 'postgres' ? rdsLoginArns(this, config) : [];
    if (logins.length > 0) probe.allow(['rds-db:connect'], logins);
    for (const login of logins.filter((arn) => arn.includes(':*/'))) {
      Annotations.of(probe).addWarningV2(
        'prefect-vitals:loginAnywhere',
        `The probe of PostgreSQL may sign in to every database of the account that knows the user of ${login.split('/').at(-1)}: name password.resourceId to narrow it.`,
      );
    }
    const caches = kind === 'redis' ? this.#connectArns(config) : [];
    if (caches.length > 0) probe.allow(['elasticache:Connect'], caches);

    if (kind === 'log-groups') {
      const groups = this.#logGroupArns(config);
      probe.allow(['logs:FilterLogEvents'], groups);
      probe.explainWildcards(
        groups,
        'The log streams of the one group that is named, as CloudWatch Logs wants them.',
      );
    }

    const tiers = tiersOf(kind === 'log-groups' ? 'logs' : kind);
    for (const [index, installation] of config.installations.entries()) {
      const targets = targetsOf(installation).filter((target) => probedAs(target) === kind);
      if (targets.length === 0) continue;
      for (const tier of tiers) {
        const intervalSeconds = TIER_SECONDS[tier];
        schedules.add({
          name: `${installation.name}-${kind}-${tier}`,
          interval: Duration.seconds(intervalSeconds),
          function: probe,
          input: {
            ...targetsInput(`installations.${index}.${KEYS[kind]}`, {
              installation: installation.name,
              tier,
              intervalSeconds,
              targets,
            }),
            ...(COUNTING_MINUTES.includes(kind) && SCHEDULED),
          },
        });
      }
    }
    const seconds = Math.min(...tiers.map((tier) => TIER_SECONDS[tier]));
    return { kind, function: probe, interval: Duration.seconds(seconds) };
  }

  /** The events of the log groups that are named, and of no other. */
  #logGroupArns(config: Config): readonly string[] {
    const arns = config.installations.flatMap(({ logGroups }) =>
      logGroups.map(({ logGroup, region }) =>
        Stack.of(this).formatArn({
          service: 'logs',
          ...(region !== undefined && { region }),
          resource: 'log-group',
          resourceName: `${logGroup}:*`,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ),
    );
    return [...new Set(arns)].sort();
  }

  /** ElastiCache asks for both: the cache, and the user whose id is its name. Both are of the stack's own account. */
  #connectArns(config: Config): readonly string[] {
    const arnOf = (region: string, resource: string, resourceName: string) =>
      Stack.of(this).formatArn({
        service: 'elasticache',
        region,
        resource,
        resourceName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    const arns = config.installations.flatMap(({ redis }) =>
      redis.flatMap(({ user, password }) => {
        if (password?.from !== 'elasticache-iam' || user === undefined) return [];
        const { region, serverless, cacheName } = password;
        const cache = serverless ? 'serverlesscache' : 'replicationgroup';
        return [arnOf(region, cache, cacheName), arnOf(region, 'user', user)];
      }),
    );
    return [...new Set(arns)].sort();
  }
}

/** Without a resource id the one user may log in to any database of the account that knows it: IAM has no host names. */
function rdsLoginArns(scope: Construct, config: Config): readonly string[] {
  const arns = config.installations.flatMap(({ postgres }) =>
    postgres.flatMap(({ user, password }) =>
      password?.from === 'rds-iam'
        ? Stack.of(scope).formatArn({
            service: 'rds-db',
            region: password.region,
            resource: 'dbuser',
            resourceName: `${password.resourceId ?? '*'}/${user}`,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          })
        : [],
    ),
  );
  return [...new Set(arns)].sort();
}

/** Those that the targets of a kind name, and no others. */
function secretArns(config: Config, kind: ProbedKind): readonly string[] {
  const arns = credentialsOf(config).flatMap(({ target, credential }) =>
    target.kind === kind && credential.from === 'secret' ? [credential.arn] : [],
  );
  return [...new Set(arns)].sort();
}
