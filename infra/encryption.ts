import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

const ID = 'Key';

/** What a function, an alarm or a log does with a key: read with it, and make keys of data by it. */
export const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** What the stack's key encrypts: the topic, which no key of AWS's own serves, or whatever the stack keeps. */
export type Encrypted = 'topic' | 'everything';

/**
 * The stack's own key. CloudWatch alarms may not use the free key of SNS, so that the topic needs one in any case; table,
 * queues, logs and token have AWS's own keys unless the configuration says otherwise. The services that have no role here
 * are admitted by the key itself: alarms of this stack, and logs of this account.
 */
export class EncryptionKey extends Key {
  readonly encrypts: Encrypted;

  constructor(stack: Stack, encrypts: Encrypted) {
    super(stack, ID, {
      description: `What ${stack.stackName} ${encrypts === 'topic' ? 'tells' : 'keeps and tells'}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.encrypts = encrypts;
    // In the policy of a key, every resource is the key itself.
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisStack',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: KEY_ACTIONS,
        resources: ['*'],
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': arnOf(stack, 'cloudwatch', 'alarm', `${stack.stackName}-*`) },
        },
      }),
    );
    if (encrypts === 'everything') this.#admitLogs(stack);
  }

  #admitLogs(stack: Stack): void {
    const groups = [`/aws/lambda/${stack.stackName}-*`, `/aws/vendedlogs/apis/${stack.stackName}`];
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LogsOfThisStack',
        principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
        actions: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
          'kms:GenerateDataKey',
          'kms:DescribeKey',
        ],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': groups.map((g) => arnOf(stack, 'logs', 'log-group', g)),
          },
        },
      }),
    );
  }
}

const arnOf = (stack: Stack, service: string, resource: string, resourceName: string): string =>
  stack.formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });

function stackKey(scope: Construct): EncryptionKey {
  const key = Stack.of(scope).node.tryFindChild(ID);
  if (!(key instanceof EncryptionKey)) throw new Error('the stack has no key yet');
  return key;
}

/** The key of the topic of the stack a construct is in. */
export const topicKeyOf = (scope: Construct): Key => stackKey(scope);

/** The key of everything else in that stack; none where AWS's own keys serve. */
export function keyOf(scope: Construct): Key | undefined {
  const key = stackKey(scope);
  return key.encrypts === 'everything' ? key : undefined;
}
