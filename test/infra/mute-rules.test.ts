import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import managed from '../../docs/examples/customer-managed.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { PRODUCTION, plain, resourcesOf, stackOf, templateOf } from './synth.ts';

const actions = ['arn:aws:sns:eu-central-1:123456789012:on-call'];
const sundays = { cron: '0 2 * * SUN', timeZone: 'Europe/Berlin', minutes: 120, note: 'upgrades' };
const move = { from: '2099-03-01T21:00:00Z', to: '2099-03-02T03:30:00Z' };
const past = { from: '2020-03-01T21:00:00Z', to: '2020-03-02T03:30:00Z' };
const withWindows = (maintenance: NonNullable<ConfigInput['installations'][number]['maintenance']>) => ({
  ...PRODUCTION,
  installations: PRODUCTION.installations.map((i) => ({ ...i, maintenance })),
});
const calling: ConfigInput = { ...withWindows([sundays, past, move]), alarms: { actions } };
const rulesOf = (input: ConfigInput) =>
  Object.values(resourcesOf(templateOf(input), 'AWS::CloudWatch::AlarmMuteRule')).map((r) => r.Properties);
const mutedBy = (rule: ReturnType<typeof rulesOf>[number]) =>
  (rule.MuteTargets as { readonly AlarmNames: readonly { readonly Ref: string }[] }).AlarmNames.map((a) =>
    plain(a.Ref),
  ).sort();

describe('mute rules', () => {
  it('are made of the maintenance windows that are not over', () => {
    expect(rulesOf(calling)).toEqual([
      {
        Name: 'PrefectVitals-production-maintenance-0',
        Description: 'Maintenance of production: upgrades',
        Rule: { Schedule: { Expression: 'cron(0 2 * * SUN)', Timezone: 'Europe/Berlin', Duration: 'PT2H' } },
        MuteTargets: expect.anything(),
      },
      {
        Name: 'PrefectVitals-production-maintenance-2',
        Description: 'Maintenance of production',
        Rule: {
          Schedule: { Expression: 'at(2099-03-01T21:00)', Timezone: 'UTC', Duration: 'PT6H30M' },
        },
        MuteTargets: expect.anything(),
      },
    ]);
  });

  it('mute what calls somebody because of that installation, and never the alarms on the monitor', () => {
    const two: ConfigInput = {
      ...calling,
      installations: [...calling.installations, { name: 'staging', redis: [{ name: 'main', host: 'r' }] }],
    };
    const rules = rulesOf(two);
    expect(rules).toHaveLength(2);
    for (const rule of rules) {
      expect(mutedBy(rule)).toEqual(
        ['postgres', 'prefect', 'redis'].flatMap((kind) => [
          `Componentsproduction${kind}critical`,
          `Componentsproduction${kind}warning`,
        ]),
      );
    }
  });

  it('mute the root alarm where that one calls', () => {
    expect(rulesOf(managed).map(mutedBy)).toEqual([['Componentsmanagedroot']]);
  });

  it('are not made where the alarms call nobody', () => {
    expect(rulesOf(withWindows([sundays]))).toEqual([]);
  });

  it('are not made of what CloudWatch cannot say, and synthesis warns of it', () => {
    const stack = stackOf({ ...withWindows([{ cron: '*/15 2 * * *', minutes: 5 }]), alarms: { actions } });
    expect(resourcesOf(Template.fromStack(stack), 'AWS::CloudWatch::AlarmMuteRule')).toEqual({});
    Annotations.fromStack(stack).hasWarning(
      '*',
      Match.stringLikeRegexp('^installations\\.0\\.maintenance\\.0: .*not muted.*steps'),
    );
  });
});
