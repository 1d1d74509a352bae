import { describe, expect, it } from 'vitest';
import { PRODUCTION, plain, resourcesOf, templateOf } from './synth.ts';

const alarms = Object.values(resourcesOf(templateOf(PRODUCTION), 'AWS::CloudWatch::Alarm')).map(
  ({ Properties }) => Properties,
);
const named = (pattern: RegExp) => alarms.filter(({ AlarmName }) => pattern.test(String(AlarmName)));
const namesOf = (some: typeof alarms) => some.map(({ AlarmName }) => AlarmName).sort();

describe('alarms on the monitor itself', () => {
  it('count missing runs as a breach: a dead probe puts no data', () => {
    const silent = named(/-silent$/);
    expect(namesOf(silent)).toEqual([
      'PrefectVitals-assess-silent',
      'PrefectVitals-probe-postgres-silent',
      'PrefectVitals-probe-prefect-silent',
      'PrefectVitals-probe-redis-silent',
    ]);
    for (const alarm of silent) {
      expect(alarm).toMatchObject({
        Namespace: 'AWS/Lambda',
        MetricName: 'Invocations',
        Statistic: 'Sum',
        Period: 60,
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        EvaluationPeriods: 3,
        DatapointsToAlarm: 3,
        TreatMissingData: 'breaching',
      });
    }
  });

  it('take three failing minutes of five where the next run makes up for one', () => {
    const errors = named(/(probe-\w+|assess|api)-errors$/);
    expect(errors).toHaveLength(5);
    for (const alarm of errors) {
      expect(alarm).toMatchObject({
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 60,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold: 1,
        EvaluationPeriods: 5,
        DatapointsToAlarm: 3,
        TreatMissingData: 'notBreaching',
      });
    }
  });

  it('go off at the first error of notify: an alert may be late', () => {
    expect(named(/notify-errors$/)).toEqual([
      expect.objectContaining({ MetricName: 'Errors', EvaluationPeriods: 1, DatapointsToAlarm: 1 }),
    ]);
  });

  it('go off at the first dead letter of the schedules and of both stream consumers', () => {
    const dead = named(/-dead-letters$/);
    expect(namesOf(dead)).toEqual([
      'PrefectVitals-assess-dead-letters',
      'PrefectVitals-notify-dead-letters',
      'PrefectVitals-schedules-dead-letters',
    ]);
    for (const alarm of dead) {
      expect(alarm).toMatchObject({
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Statistic: 'Maximum',
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 0,
        EvaluationPeriods: 1,
        TreatMissingData: 'notBreaching',
      });
    }
  });

  it('are no more than these', () => {
    expect(alarms).toHaveLength(4 + 5 + 1 + 3);
  });

  it('tell the topic when they go off and when they are over, with what to do', () => {
    for (const { AlarmActions, OKActions, AlarmDescription } of alarms) {
      expect(AlarmActions).toEqual([{ Ref: expect.any(String) }]);
      expect(OKActions).toEqual(AlarmActions);
      const [action] = AlarmActions as { readonly Ref: string }[];
      expect(plain(action?.Ref ?? '')).toBe('Alerts');
      expect(String(AlarmDescription).length).toBeGreaterThan(60);
    }
  });

  it('each stand on one metric of one thing: no metric math', () => {
    for (const alarm of alarms) {
      expect(alarm).not.toHaveProperty('Metrics');
      expect(alarm.Dimensions).toEqual([
        { Name: expect.stringMatching(/^(FunctionName|QueueName)$/), Value: expect.any(Object) },
      ]);
    }
  });
});
