import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { keyOf } from './encryption.ts';

/**
 * What people subscribe to. It is encrypted with the stack's own key or with none: CloudWatch alarms may not use the
 * free key of SNS, so the dead-man alarms would be lost in silence. Messages leave as plain e-mail anyway and hold no
 * secret.
 */
export class AlertsTopic extends Topic {
  constructor(scope: Construct, id: string, { emails }: { readonly emails: readonly string[] }) {
    const masterKey = keyOf(scope);
    super(scope, id, {
      displayName: 'Prefect Vitals',
      enforceSSL: true,
      ...(masterKey && { masterKey }),
    });

    // A topic with a policy of its own loses the default one, by which alarms of the account may publish.
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnLike: { 'aws:SourceArn': this.#alarmsOfThisStack() },
        },
      }),
    );
    for (const email of new Set(emails)) this.addSubscription(new EmailSubscription(email));
  }

  #alarmsOfThisStack(): string {
    const stack = Stack.of(this);
    return stack.formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: `${stack.stackName}-*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
