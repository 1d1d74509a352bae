import { describe, expect, it } from 'vitest';
import { targetsInput } from '../../infra/schedules.ts';
import { parseConfig } from '../../lib/config/define.ts';
import { ConfigError } from '../../lib/config/errors.ts';
import { targetsOf } from '../../lib/config/targets.ts';
import { BARE, PRODUCTION, plain, resourcesOf, templateOf } from './synth.ts';

interface ScheduleProperties {
  readonly Name: string;
  readonly ScheduleExpression: string;
  readonly Target: {
    readonly Arn: { readonly 'Fn::GetAtt': readonly [string, 'Arn'] };
    readonly DeadLetterConfig: { readonly Arn: { readonly 'Fn::GetAtt': readonly [string, 'Arn'] } };
    readonly Input: string;
    readonly RetryPolicy: object;
  };
}

const [production] = PRODUCTION.installations;
const TWO = {
  ...PRODUCTION,
  installations: [
    { ...production, name: 'production' },
    { name: 'staging', redis: [{ name: 'all', host: 'redis.staging' }] },
  ],
};

const schedulesOf = (template: ReturnType<typeof templateOf>) =>
  Object.values(resourcesOf(template, 'AWS::Scheduler::Schedule')).map(
    ({ Properties }) => Properties as unknown as ScheduleProperties,
  );

describe('schedules', () => {
  const schedules = schedulesOf(templateOf(TWO));

  it('run one probe per installation, kind and tier, and assess every minute', () => {
    const rows = schedules.map((s) => [s.Name, s.ScheduleExpression, plain(s.Target.Arn['Fn::GetAtt'][0])]);
    expect(rows.sort()).toEqual([
      ['assess', 'rate(1 minute)', 'AssessFunction'],
      ['production-postgres-minute', 'rate(1 minute)', 'ProbesProbePostgreSQL'],
      ['production-postgres-quarter-hour', 'rate(15 minutes)', 'ProbesProbePostgreSQL'],
      ['production-prefect-minute', 'rate(1 minute)', 'ProbesProbePrefect'],
      ['production-prefect-quarter-hour', 'rate(15 minutes)', 'ProbesProbePrefect'],
      ['production-redis-minute', 'rate(1 minute)', 'ProbesProbeRedis'],
      ['staging-redis-minute', 'rate(1 minute)', 'ProbesProbeRedis'],
    ]);
  });

  it('hand a probe exactly the targets of its kind and installation', () => {
    const config = parseConfig(TWO);
    for (const installation of config.installations) {
      for (const kind of ['postgres', 'redis', 'prefect']) {
        const targets = targetsOf(installation).filter((t) => t.kind === kind);
        const schedule = schedules.find((s) => s.Name === `${installation.name}-${kind}-minute`);
        if (targets.length === 0) expect(schedule).toBeUndefined();
        else {
          expect(JSON.parse(schedule?.Target.Input ?? '')).toEqual({
            installation: installation.name,
            tier: 'minute',
            intervalSeconds: 60,
            targets: JSON.parse(JSON.stringify(targets)),
          });
        }
      }
    }
    expect.assertions(6);
  });

  it('tell the slower tier its own interval', () => {
    const slow = schedules.find((s) => s.Name === 'production-prefect-quarter-hour');
    expect(JSON.parse(slow?.Target.Input ?? '')).toMatchObject({
      tier: 'quarter-hour',
      intervalSeconds: 900,
    });
  });

  it('tell assess to look at every installation', () => {
    const assess = schedules.find((s) => s.Name === 'assess');
    expect(JSON.parse(assess?.Target.Input ?? '')).toEqual({ installations: 'all', unlessWithinSeconds: 60 });
  });

  it('give up after a minute and leave what could not be delivered in a queue', () => {
    for (const { Target } of schedules) {
      expect(Target.RetryPolicy).toMatchObject({ MaximumEventAgeInSeconds: 60 });
      expect(plain(Target.DeadLetterConfig.Arn['Fn::GetAtt'][0])).toBe('SchedulesDeadLetters');
    }
  });

  it('come to be only after their role may invoke', () => {
    const template = templateOf(BARE);
    for (const { DependsOn } of Object.values(resourcesOf(template, 'AWS::Scheduler::Schedule'))) {
      expect(DependsOn?.map(plain)).toContain('SchedulesRoleDefaultPolicy');
    }
    expect.assertions(6);
  });

  it('leave out the function of a kind that nobody names', () => {
    const template = templateOf({
      installations: [{ name: 'only-redis', redis: [{ name: 'r', host: 'r' }] }],
    });
    const names = Object.values(resourcesOf(template, 'AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.FunctionName,
    );
    expect(names.sort()).toEqual([
      'PrefectVitals-api',
      'PrefectVitals-assess',
      'PrefectVitals-notify',
      'PrefectVitals-probe-redis',
    ]);
  });

  it('do not retry a run that failed', () => {
    const template = templateOf(BARE);
    const configs = Object.values(resourcesOf(template, 'AWS::Lambda::EventInvokeConfig'));
    expect(configs).toHaveLength(4);
    for (const { Properties } of configs) {
      expect(Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    }
  });
});

describe('the input of a schedule', () => {
  const inputOf = (certificateCharacters: number) => {
    const config = parseConfig({
      installations: [
        {
          name: 'big',
          redis: [{ name: 'r', host: 'r', tls: { mode: 'verify', ca: 'x'.repeat(certificateCharacters) } }],
        },
      ],
    });
    const targets = config.installations.flatMap(targetsOf);
    return { installation: 'big', tier: 'minute', intervalSeconds: 60, targets } as const;
  };

  it('may fill what a schedule carries to the last byte, and not a byte more', () => {
    const room = 256 * 1024 - Buffer.byteLength(JSON.stringify(inputOf(0)));
    expect(targetsInput('installations.0.redis', inputOf(room))).toEqual(inputOf(room));
    expect(() => targetsInput('installations.0.redis', inputOf(room + 1))).toThrow(ConfigError);
  });

  it('names the path of the targets that do not fit', () => {
    expect(() => targetsInput('installations.0.redis', inputOf(300 * 1024))).toThrow(
      /installations\.0\.redis: found 1 targets of 301 KiB together; allowed: 256 KiB/,
    );
  });
});
