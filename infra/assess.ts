import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type { Config } from '../lib/config/schema.ts';
import { targetsOf } from '../lib/config/targets.ts';
import type { ScheduledAssessment } from '../lib/run/assess.ts';
import { isVendedOf } from '../lib/vended/queries.ts';
import type { Attachments } from './attachments.ts';
import { DeadLetterQueue } from './dead-letters.ts';
import type { Schedules } from './schedules.ts';
import { storedUnder } from './stored-under.ts';
import { VitalsFunction } from './vitals-function.ts';

export const METRIC_NAMESPACE = 'PrefectVitals';

/** What the schedule asks for: where reports keep coming, the stream has had them assessed. */
const SILENCE = { installations: 'all', unlessWithinSeconds: 60 } as const;

interface AssessProps {
  readonly config: Config;
  readonly table: TableV2;
  readonly schedules: Schedules;
  readonly attachments: Attachments;
}

/** The one writer: assesses whenever a report arrives, and every minute in case none does. Outside the VPC. */
export class Assess extends Construct {
  readonly function: VitalsFunction;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, { config, table, schedules, attachments }: AssessProps) {
    super(scope, id);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    this.function = new VitalsFunction(this, 'Function', {
      name: 'assess',
      description: 'Turns reports into findings, statuses, incidents and metrics',
      timeout: Duration.seconds(50),
      memoryMiB: 512,
      environment: { TABLE_NAME: table.tableName, NAMESPACE: METRIC_NAMESPACE },
      logRetentionDays: config.logRetentionDays,
      attachments: attachments.config(),
    });
    this.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    this.function.allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem'], [table.tableArn]);
    this.function.allowEverywhere(
      ['cloudwatch:PutMetricData'],
      'Metrics know no resources; the namespace is the only bound there is.',
      { StringEquals: { 'cloudwatch:namespace': METRIC_NAMESPACE } },
    );
    // It is granted only where a target asks for it.
    if (config.installations.some((i) => targetsOf(i).some(isVendedOf))) {
      this.function.allowEverywhere(
        ['cloudwatch:GetMetricData'],
        'Metrics know no resources, and reading them no namespace to be bound to.',
      );
    }
    this.function.addEventSource(
      new DynamoEventSource(table, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        filters: [storedUnder('REPORT#')],
        // The probes begin together: their reports of a minute are assessed, and written down, mostly at once.
        maxBatchingWindow: Duration.seconds(20),
        // A report that cannot be assessed must not hold up the ones behind it: two more tries, alone, and aside.
        bisectBatchOnError: true,
        retryAttempts: 2,
        maxRecordAge: Duration.minutes(5),
        onFailure: new SqsDlq(this.deadLetters),
      }),
    );
    schedules.add({
      name: 'assess',
      interval: Duration.minutes(1),
      function: this.function,
      input: SILENCE satisfies ScheduledAssessment,
    });
  }
}
