import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../lib/config/schema.ts';
import { credentialsOf } from '../lib/config/targets.ts';
import { wideRulesOf } from './probe-group.ts';

type NetworkConfig = NonNullable<Config['network']>;

/** The ids of the targets whose password or key is kept in Secrets Manager. */
const targetsWithSecrets = (config: Config): readonly string[] =>
  credentialsOf(config)
    .filter(({ credential }) => credential.from === 'secret')
    .map(({ installation, target }) => `${installation}: ${target.id}`);

/**
 * Says at synthesis which ways out of the VPC the probes need beyond their targets. Tokens of IAM are signed in the
 * function itself, so only secrets need one that is paid.
 */
export function tellWaysOut(scope: Construct, config: Config, network: NetworkConfig): void {
  const annotations = Annotations.of(scope);
  if (!network.dynamodbEndpoint) {
    annotations.addInfo(
      'network.dynamodbEndpoint is false: the subnets need a way to DynamoDB that is there already, the free gateway endpoint or a NAT',
    );
  }
  const wide = wideRulesOf(config, network);
  if (wide.length > 0) {
    annotations.addInfo(
      `network: the probes' security group lets them out to any address on ${wide.join(', on ')}; each is bound by what stands behind it`,
    );
  }
  const targets = targetsWithSecrets(config);
  if (targets.length === 0) {
    annotations.addInfo(
      'network: no target has a secret, so no NAT and no paid endpoint is needed to sign in anywhere',
    );
    return;
  }
  if (network.secretsEndpoint) {
    annotations.addInfo(
      `network.secretsEndpoint makes the interface endpoint of Secrets Manager, paid by the hour and zone (npm run cost), for ${targets.join(', ')}`,
    );
    return;
  }
  annotations.addWarningV2(
    'prefect-vitals:secretsNeedAWay',
    `network: ${targets.join(', ')} sign in with a secret, and the probes read it from inside the VPC. Unless the subnets have a NAT or the interface endpoint of Secrets Manager already, set network.secretsEndpoint, or sign in by IAM (password: { from: 'rds-iam' } or 'elasticache-iam'), which needs neither.`,
  );
}
