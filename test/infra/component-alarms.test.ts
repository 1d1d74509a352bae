import { describe, expect, it } from 'vitest';
import { COMPONENT_STATUS } from '../../lib/catalogue/published.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { PRODUCTION, plain, resourcesOf, templateOf } from './synth.ts';

const ACTION = 'arn:aws:sns:eu-central-1:123456789012:on-call';
const alarmsOf = (input: ConfigInput) =>
  Object.values(resourcesOf(templateOf(input), 'AWS::CloudWatch::Alarm'))
    .map(({ Properties }) => Properties)
    .filter(({ MetricName }) => MetricName === COMPONENT_STATUS);
const compositesOf = (input: ConfigInput) =>
  Object.values(resourcesOf(templateOf(input), 'AWS::CloudWatch::CompositeAlarm')).map((r) => r.Properties);

/** A text as CloudFormation would join it, the names of other resources standing in for what they will be. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'Fn::Join' in value) {
    const [by, parts] = value['Fn::Join'] as readonly [string, readonly unknown[]];
    return parts.map(textOf).join(by);
  }
  return `<${plain(Object.values(value as object).join())}>`;
}

describe('alarms on components', () => {
  const alarms = alarmsOf(PRODUCTION);

  it('are two for each kind of target, by the status that is published of it', () => {
    expect(alarms.map((a) => a.AlarmName).sort()).toEqual(
      ['postgres', 'prefect', 'redis'].flatMap((kind) => [
        `PrefectVitals-production-${kind}-critical`,
        `PrefectVitals-production-${kind}-warning`,
      ]),
    );
    for (const { AlarmName, Namespace, Dimensions, Statistic, Period } of alarms) {
      const [, , component] = String(AlarmName).split('-');
      expect({ Namespace, Statistic, Period }).toEqual({
        Namespace: 'PrefectVitals',
        Statistic: 'Maximum',
        Period: 60,
      });
      expect(Dimensions).toEqual([
        { Name: 'Component', Value: component },
        { Name: 'Installation', Value: 'production' },
      ]);
    }
  });

  it.each([
    ['warning', 1, 3, 5],
    ['critical', 2, 2, 3],
  ])('of %s go off from %i on, at %i of %i minutes', (severity, Threshold, DatapointsToAlarm, of) => {
    const own = alarms.filter((a) => String(a.AlarmName).endsWith(severity));
    expect(own).toHaveLength(3);
    for (const alarm of own) {
      expect(alarm).toMatchObject({
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold,
        DatapointsToAlarm,
        EvaluationPeriods: of,
      });
    }
  });

  it('take what is unknown for neither health nor a fault', () => {
    for (const alarm of alarms) expect(alarm.TreatMissingData).toBe('missing');
  });

  it('say where the runbooks are and which findings may be behind them, in the space there is', () => {
    for (const { AlarmName, AlarmDescription } of alarms) {
      const text = textOf(AlarmDescription);
      expect(text).toContain('runbooks/<finding>');
      expect(text.length + 100).toBeLessThanOrEqual(1024);
      if (String(AlarmName).includes('redis-critical')) expect(text).toContain('redis-down');
    }
  });

  it('call nobody unless somebody is named: the alerts tell people already', () => {
    for (const alarm of alarms) expect(alarm).not.toHaveProperty('AlarmActions');
    for (const alarm of alarmsOf({ ...PRODUCTION, alarms: { actions: [ACTION] } })) {
      expect(alarm).toMatchObject({ AlarmActions: [ACTION], OKActions: [ACTION] });
    }
  });

  it('leave the calling to one root alarm of the installation where there is one', () => {
    const withRoot: ConfigInput = { ...PRODUCTION, alarms: { actions: [ACTION], root: true } };
    for (const alarm of alarmsOf(withRoot)) expect(alarm).not.toHaveProperty('AlarmActions');
    const [root, ...others] = compositesOf(withRoot);
    expect(others).toEqual([]);
    expect(root).toMatchObject({
      AlarmName: 'PrefectVitals-production',
      AlarmActions: [ACTION],
      OKActions: [ACTION],
    });
    const rule = textOf(root?.AlarmRule);
    expect(rule.match(/ALARM\(/g)).toHaveLength(3);
    expect(rule).toMatch(/Componentsproductionpostgrescritical/);
    expect(compositesOf(PRODUCTION)).toEqual([]);
  });
});
