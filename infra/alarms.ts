import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IAlarmAction,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

const MINUTE = Duration.minutes(1);

interface Watched {
  readonly name: string;
  readonly function: IFunction;
}

/** Whether the monitor itself lives. Missing data counts where silence is the fault, and only there. */
export class Alarms extends Construct {
  readonly #action: IAlarmAction;

  constructor(scope: Construct, id: string, { topic }: { readonly topic: ITopic }) {
    super(scope, id);
    this.#action = new SnsAction(topic);
  }

  /** When something that runs every `interval` did not run three times over. */
  onSilence({ name, function: watched }: Watched, interval: Duration): void {
    this.#add(`${name}-silent`, {
      metric: watched.metricInvocations({ statistic: 'Sum', period: interval }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: `Prefect Vitals is blind: ${name} has not run for three of its intervals. See whether its schedules are enabled and their dead-letter queue is empty.`,
    });
  }

  /** When runs fail again and again; one that fails alone is made up for by the next. */
  onErrors({ name, function: watched }: Watched): void {
    this.#addErrors(name, watched, 3);
  }

  /** When a single run fails, for what nobody makes up for. */
  onAnyError({ name, function: watched }: Watched): void {
    this.#addErrors(name, watched, 1);
  }

  onDeadLetters(name: string, queue: IQueue): void {
    this.#add(`${name}-dead-letters`, {
      metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: MINUTE }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 0,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `Prefect Vitals gave up on an event of ${name}. It waits in the dead-letter queue, with the reason, for 14 days.`,
    });
  }

  #addErrors(name: string, watched: IFunction, datapointsToAlarm: number): void {
    this.#add(`${name}-errors`, {
      metric: watched.metricErrors({ statistic: 'Sum', period: MINUTE }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      evaluationPeriods: datapointsToAlarm === 1 ? 1 : 5,
      datapointsToAlarm,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `Prefect Vitals' own ${name} fails. Its log group is /aws/lambda/${this.#prefixed(name)}.`,
    });
  }

  #add(name: string, props: Omit<AlarmProps, 'alarmName'>): void {
    const alarm = new Alarm(this, name, { alarmName: this.#prefixed(name), ...props });
    alarm.addAlarmAction(this.#action);
    alarm.addOkAction(this.#action);
  }

  #prefixed(name: string): string {
    return `${Stack.of(this).stackName}-${name}`;
  }
}
