import type { RedisCredential } from '../lib/config/credentials.ts';
import { ConfigError, type ConfigProblem } from '../lib/config/errors.ts';
import type { Config } from '../lib/config/schema.ts';

/** A function's name holds 64 characters and ends in `-probe-kubernetes` at the longest. */
const STACK_NAME_CHARACTERS_MAX = 64 - '-probe-kubernetes'.length;

/** With the six characters Secrets Manager appends: a permission names the whole ARN, or it permits nothing. */
const WHOLE_SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+-[A-Za-z0-9]{6}$/;

/** Those of a Redis are the widest kind: they may be IAM as well. */
function* credentialsWithPaths(
  config: Config,
): Generator<readonly [path: string, credential: RedisCredential]> {
  const { slack } = config.alerts;
  if (slack && 'webhook' in slack) yield ['alerts.slack.webhook', slack.webhook];
  for (const [i, installation] of config.installations.entries()) {
    const at = `installations.${i}`;
    for (const kind of ['postgres', 'redis'] as const) {
      for (const [j, { password }] of installation[kind].entries()) {
        if (password === undefined || password.from === 'rds-iam') continue;
        yield [`${at}.${kind}.${j}.password`, password];
      }
    }
    for (const kind of ['prefect', 'services'] as const) {
      for (const [j, target] of installation[kind].entries()) {
        if ('via' in target || target.auth.scheme === 'none') continue;
        yield [`${at}.${kind}.${j}.auth.credential`, target.auth.credential];
      }
    }
  }
}

function problemOf(path: string, credential: RedisCredential): ConfigProblem | undefined {
  if (credential.from === 'elasticache-iam') return undefined;
  if (credential.from === 'environment') {
    return {
      path: `${path}.from`,
      found: '"environment"',
      allowed: '"secret": an environment variable of this machine serves `npm run check` only',
    };
  }
  return WHOLE_SECRET_ARN.test(credential.arn)
    ? undefined
    : {
        path: `${path}.arn`,
        found: `"${credential.arn}"`,
        allowed: 'the whole ARN of a Secrets Manager secret, with the six characters at its end',
      };
}

/** A kubeconfig is a file of this machine, and holds what must not travel in a schedule's input. */
function* kubeconfigs(config: Config): Generator<ConfigProblem> {
  for (const [i, { kubernetes }] of config.installations.entries()) {
    for (const [j, { access }] of kubernetes.entries()) {
      if (access.from !== 'kubeconfig') continue;
      yield {
        path: `installations.${i}.kubernetes.${j}.access.from`,
        found: '"kubeconfig"',
        allowed: '"eks": a kubeconfig of this machine serves `npm run check` only',
      };
    }
  }
}

/** CloudFormation makes an access entry in its own region, where another cluster may have that name. */
function* entriesElsewhere(config: Config): Generator<ConfigProblem> {
  for (const [i, { kubernetes }] of config.installations.entries()) {
    for (const [j, { access }] of kubernetes.entries()) {
      if (access.from !== 'eks' || access.accessEntry !== true) continue;
      if (config.region === undefined || access.region === config.region) continue;
      yield {
        path: `installations.${i}.kubernetes.${j}.access.accessEntry`,
        found: `true, and a cluster in ${access.region}`,
        allowed: `a cluster in ${config.region}, where the stack goes; make the entries of others yourself`,
      };
    }
  }
}

/** Checks what only a deployment asks of a configuration. @throws ConfigError with everything wrong at once. */
export function assertDeployable(config: Config): void {
  const problems = [...credentialsWithPaths(config)].flatMap(([path, c]) => problemOf(path, c) ?? []);
  problems.push(...kubeconfigs(config), ...entriesElsewhere(config));
  if (config.stackName.length > STACK_NAME_CHARACTERS_MAX) {
    problems.push({
      path: 'stackName',
      found: `${config.stackName.length} characters`,
      allowed: `${STACK_NAME_CHARACTERS_MAX} at most: the functions' names begin with it`,
    });
  }
  if (problems.length > 0) throw new ConfigError(problems);
}
