import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { topicKeyOf } from './encryption.ts';

/** What people subscribe to. Messages leave as plain e-mail and hold no secret; what SNS keeps of them is encrypted. */
export class AlertsTopic extends Topic {
  constructor(scope: Construct, id: string, { emails }: { readonly emails: readonly string[] }) {
    super(scope, id, {
      displayName: 'Prefect Vitals',
      enforceSSL: true,
      masterKey: topicKeyOf(scope),
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
