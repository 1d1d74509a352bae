import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

const ID = 'Key';

/** What a function, an alarm or a log does with a key: read with it, and make keys of data by it. */
export const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/**
 * The stack's own key, where the configuration asks for one, of table, topic, queues, logs and token. The services that
 * have no role here are admitted by the key itself: alarms of this stack, and logs of this account.
 */
export class EncryptionKey extends Key {
  constructor(stack: Stack) {
    super(stack, ID, {
      description: `What ${stack.stackName} keeps and tells`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const arnOf = (service: string, resource: string, resourceName: string) =>
      stack.formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    // In the policy of a key, every resource is the key itself.
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisStack',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: KEY_ACTIONS,
        resources: ['*'],
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': arnOf('cloudwatch', 'alarm', `${stack.stackName}-*`) },
        },
      }),
    );
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
            'kms:EncryptionContext:aws:logs:arn': [
              arnOf('logs', 'log-group', `/aws/lambda/${stack.stackName}-*`),
              arnOf('logs', 'log-group', `/aws/vendedlogs/apis/${stack.stackName}`),
            ],
          },
        },
      }),
    );
  }
}

/** The key of the stack a construct is in; none where AWS's own keys serve. */
export function keyOf(scope: Construct): Key | undefined {
  const key = Stack.of(scope).node.tryFindChild(ID);
  return key instanceof EncryptionKey ? key : undefined;
}
