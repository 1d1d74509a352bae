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

const AT_LEAST_ONE = {
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  threshold: 1,
} as const;

/** In the project itself: what is served by the stack may be what is dead. */
const RUNBOOK = 'Runbook: docs/dead-man.md of Prefect Vitals.';

interface Watched {
  readonly name: string;
  readonly function: IFunction;
}

/** Whether the monitor itself lives. Missing data counts where silence is the fault, and only there. */
export class Alarms extends Construct {
  readonly #action: IAlarmAction;
  readonly #all: Alarm[] = [];

  constructor(scope: Construct, id: string, { topic }: { readonly topic: ITopic }) {
    super(scope, id);
    this.#action = new SnsAction(topic);
  }

  /**
   * When something that runs every `interval` failed or did not run in three of the last five. Each run puts a point of
   * errors, were it 0: where there is none, nothing ran. One run that fails alone is made up for by the next.
   */
  onSilenceOrErrors({ name, function: watched }: Watched, interval: Duration): void {
    this.#add(`${name}-not-working`, {
      metric: watched.metricErrors({ statistic: 'Sum', period: interval }),
      ...AT_LEAST_ONE,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: `Prefect Vitals is blind: ${name} failed or did not run in three of its last five intervals. Its log: ${this.#logOf(name)} When that is empty, its schedules: aws scheduler list-schedules --group-name ${Stack.of(this).stackName} ${RUNBOOK}`,
    });
  }

  /** When runs that nothing but a request starts fail again and again: no request is no fault. */
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
      alarmDescription: `Prefect Vitals gave up on an event of ${name}. It waits in the dead-letter queue, with the reason, for 14 days: aws sqs receive-message --attribute-names All --message-attribute-names All --queue-url ${queue.queueUrl} ${RUNBOOK}`,
    });
  }

  get all(): readonly Alarm[] {
    return this.#all;
  }

  #addErrors(name: string, watched: IFunction, datapointsToAlarm: number): void {
    this.#add(`${name}-errors`, {
      metric: watched.metricErrors({ statistic: 'Sum', period: MINUTE }),
      ...AT_LEAST_ONE,
      evaluationPeriods: datapointsToAlarm === 1 ? 1 : 5,
      datapointsToAlarm,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `Prefect Vitals' own ${name} fails. Its log: ${this.#logOf(name)} ${RUNBOOK}`,
    });
  }

  #add(name: string, props: Omit<AlarmProps, 'alarmName'>): void {
    const alarm = new Alarm(this, name, { alarmName: this.#prefixed(name), ...props });
    this.#all.push(alarm);
    alarm.addAlarmAction(this.#action);
    alarm.addOkAction(this.#action);
  }

  #logOf(name: string): string {
    return `aws logs tail --since 1h /aws/lambda/${this.#prefixed(name)}`;
  }

  #prefixed(name: string): string {
    return `${Stack.of(this).stackName}-${name}`;
  }
}
