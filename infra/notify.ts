import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Config } from '../lib/config/schema.ts';
import type { Attachments } from './attachments.ts';
import { DeadLetterQueue } from './dead-letters.ts';
import { KEY_ACTIONS, topicKeyOf } from './encryption.ts';
import { storedUnder } from './stored-under.ts';
import { VitalsFunction } from './vitals-function.ts';

interface NotifyProps {
  readonly config: Config;
  readonly table: TableV2;
  readonly topic: ITopic;
  readonly pageUrl: string;
  readonly attachments: Attachments;
}

/** Tells people of every change of an incident, in order: it reads the outbox that assess writes. */
export class Notify extends Construct {
  readonly function: VitalsFunction;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, { config, table, topic, pageUrl, attachments }: NotifyProps) {
    super(scope, id);
    const { slack } = config.alerts;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    this.function = new VitalsFunction(this, 'Function', {
      name: 'notify',
      description: 'Publishes the changes of incidents to the alerts topic',
      timeout: Duration.seconds(30),
      memoryMiB: 256,
      environment: {
        TABLE_NAME: table.tableName,
        TOPIC_ARN: topic.topicArn,
        PAGE_URL: pageUrl,
        // A reference to the secret, never the secret.
        ...(slack && { SLACK: JSON.stringify(slack) }),
      },
      logRetentionDays: config.logRetentionDays,
      attachments: attachments.config(),
    });
    // The marks by which nothing is told twice.
    this.function.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [table.tableArn]);
    this.function.allow(['sns:Publish'], [topic.topicArn]);
    this.function.allow(KEY_ACTIONS, [topicKeyOf(this).keyArn]);
    if (slack && 'webhook' in slack && slack.webhook.from === 'secret') {
      this.function.allow(['secretsmanager:GetSecretValue'], [slack.webhook.arn]);
    }
    this.function.addEventSource(
      new DynamoEventSource(table, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        filters: [storedUnder('INCIDENT#')],
        batchSize: 10,
        // An alert is worth trying for an hour, and its order is kept: those behind it wait. A batch fails as a whole,
        // since a run that reports single records as failed is no error to CloudWatch, and no alarm would hear of it;
        // by its marks the next run passes over what was delivered.
        bisectBatchOnError: true,
        maxRecordAge: Duration.hours(1),
        onFailure: new SqsDlq(this.deadLetters),
      }),
    );
  }
}
