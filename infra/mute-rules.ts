import { Annotations, Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { AlarmMuteRule, ScheduleExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Config } from '../lib/config/schema.ts';
import type { ComponentAlarms } from './component-alarms.ts';
import { muteScheduleOf } from './mute-schedule.ts';

const DESCRIPTION_CHARACTERS_MAX = 1024;

interface MuteRulesProps {
  readonly config: Config;
  readonly components: ComponentAlarms;
}

/**
 * The maintenance windows, told to CloudWatch: alerts know them already, but alarms call whom the configuration names by
 * themselves. The alarms on the monitor are never muted: whose databases are away may still want to know whether it lives.
 */
export class MuteRules extends Construct {
  constructor(scope: Construct, id: string, { config, components }: MuteRulesProps) {
    super(scope, id);
    const now = new Date();
    for (const [i, { name, maintenance }] of config.installations.entries()) {
      const alarms = components.callingFor(name);
      if (alarms.length === 0) continue;
      for (const [j, window] of maintenance.entries()) {
        const schedule = muteScheduleOf(window, now);
        if (schedule === undefined) continue;
        if ('because' in schedule) {
          Annotations.of(this).addWarningV2(
            `prefect-vitals:windowNotMuted${i}-${j}`,
            `installations.${i}.maintenance.${j}: the actions of CloudWatch's alarms are not muted by it, since ${schedule.because}. Alerts are.`,
          );
          continue;
        }
        const { expression, timeZone, minutes } = schedule;
        new AlarmMuteRule(this, `${name}-${j}`, {
          alarmMuteRuleName: `${Stack.of(this).stackName}-${name}-maintenance-${j}`,
          description: `Maintenance of ${name}${window.note === undefined ? '' : `: ${window.note}`}`.slice(
            0,
            DESCRIPTION_CHARACTERS_MAX,
          ),
          schedule: ScheduleExpression.expression(expression, TimeZone.of(timeZone)),
          duration: Duration.minutes(minutes),
          alarms: [...alarms],
        });
      }
    }
  }
}
