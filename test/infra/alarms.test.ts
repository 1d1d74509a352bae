import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PRODUCTION, plain, resourcesOf, templateOf } from './synth.ts';

const alarms = Object.values(resourcesOf(templateOf(PRODUCTION), 'AWS::CloudWatch::Alarm'))
  .map(({ Properties }) => Properties)
  .filter(({ Namespace }) => String(Namespace).startsWith('AWS/'));
const named = (pattern: RegExp) => alarms.filter(({ AlarmName }) => pattern.test(String(AlarmName)));
const namesOf = (some: typeof alarms) => some.map(({ AlarmName }) => AlarmName).sort();

describe('alarms on the monitor itself', () => {
  it('count a missing run as a failed one: a dead probe puts no data', () => {
    const working = named(/-not-working$/);
    expect(namesOf(working)).toEqual([
      'PrefectVitals-assess-not-working',
      'PrefectVitals-probe-postgres-not-working',
      'PrefectVitals-probe-prefect-not-working',
      'PrefectVitals-probe-redis-not-working',
    ]);
    for (const alarm of working) {
      expect(alarm).toMatchObject({
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 60,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold: 1,
        EvaluationPeriods: 5,
        DatapointsToAlarm: 3,
        TreatMissingData: 'breaching',
      });
    }
  });

  it('take three failing minutes of five of the api, which nothing but a request runs', () => {
    expect(named(/api-errors$/)).toEqual([
      expect.objectContaining({
        MetricName: 'Errors',
        Statistic: 'Sum',
        Threshold: 1,
        EvaluationPeriods: 5,
        DatapointsToAlarm: 3,
        TreatMissingData: 'notBreaching',
      }),
    ]);
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
    expect(alarms).toHaveLength(4 + 1 + 1 + 3);
  });

  it('tell the topic when they go off and when they are over, with what to do', () => {
    for (const { AlarmActions, OKActions, AlarmDescription } of alarms) {
      expect(AlarmActions).toEqual([{ Ref: expect.any(String) }]);
      expect(OKActions).toEqual(AlarmActions);
      const [action] = AlarmActions as { readonly Ref: string }[];
      expect(plain(action?.Ref ?? '')).toBe('Alerts');
      expect(JSON.stringify(AlarmDescription)).toMatch(/aws (logs tail|sqs receive-message) /);
    }
  });

  it('name a runbook that is there though the stack be dead, with a part for each', () => {
    const runbook = readFileSync(new URL('../../docs/dead-man.md', import.meta.url), 'utf8');
    for (const { AlarmName, AlarmDescription } of alarms) {
      expect(JSON.stringify(AlarmDescription)).toContain('Runbook: docs/dead-man.md');
      const name = String(AlarmName)
        .replace('PrefectVitals-', '')
        .replace(/^probe-\w+-/, 'probe-<kind>-');
      expect(runbook).toMatch(new RegExp(`^## .*\`${name}\``, 'm'));
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
