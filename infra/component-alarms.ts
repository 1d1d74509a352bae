import { Annotations, Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  ComparisonOperator,
  CompositeAlarm,
  type IAlarm,
  type IAlarmAction,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { FINDINGS } from '../lib/catalogue/findings/index.ts';
import { COMPONENT_STATUS, NUMBER_OF_STATUS } from '../lib/catalogue/published.ts';
import type { Config, InstallationConfig } from '../lib/config/schema.ts';
import { targetsOf } from '../lib/config/targets.ts';
import type { TargetKind } from '../lib/model/report.ts';
import { METRIC_NAMESPACE } from './assess.ts';

const MINUTE = Duration.minutes(1);

/** What each severity compares: a bad minute is waited out, an outage less long than a warning. */
const SEVERITIES = {
  warning: { from: NUMBER_OF_STATUS.warning, datapointsToAlarm: 3, evaluationPeriods: 5 },
  critical: { from: NUMBER_OF_STATUS.degraded, datapointsToAlarm: 2, evaluationPeriods: 3 },
} as const;
type Severity = keyof typeof SEVERITIES;

/** An alarm's description holds 1024 characters; a page's address takes its part of them. */
const FINDINGS_CHARACTERS_MAX = 500;

interface ComponentAlarmsProps {
  readonly config: Config;
  /** Ends in a slash. */
  readonly pageUrl: string;
  /** The emulator's CloudFormation knows no composite alarms. */
  readonly isEmulated: boolean;
}

export interface ComponentAlarm {
  readonly installation: string;
  readonly kind: TargetKind;
  readonly severity: Severity;
  readonly alarm: Alarm;
}

/** The kinds of targets there are in an installation: its components, as CloudWatch has them. */
export const componentsOf = (installation: InstallationConfig): readonly TargetKind[] => [
  ...new Set(targetsOf(installation).map((t) => t.kind)),
];

export const statusMetric = (installation: string, kind: TargetKind): Metric =>
  new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: COMPONENT_STATUS,
    dimensionsMap: { Installation: installation, Component: kind },
    statistic: 'Maximum',
    period: MINUTE,
  });

/** What of the catalogue may be behind an alarm, as many as the description has room for. */
function suspects(kind: TargetKind, severity: Severity): string {
  const ids = FINDINGS.filter(
    ({ kinds, status }) =>
      kinds.includes(kind) &&
      Object.values(status).some((s) => s !== 'unknown' && NUMBER_OF_STATUS[s] >= SEVERITIES[severity].from),
  ).map((f) => f.id);
  const fitting = ids.filter((_, i) => ids.slice(0, i + 1).join(', ').length <= FINDINGS_CHARACTERS_MAX);
  return fitting.length < ids.length ? `${fitting.join(', ')} and others` : fitting.join(', ');
}

/**
 * Two alarms on each component of each installation, by the status assess publishes. They call only whom the
 * configuration names: people hear of incidents from the alerts, with the root cause and the remedy.
 */
export class ComponentAlarms extends Construct {
  readonly all: readonly ComponentAlarm[];
  readonly #called: boolean;
  readonly #roots: ReadonlyMap<string, CompositeAlarm>;

  constructor(scope: Construct, id: string, { config, pageUrl, isEmulated }: ComponentAlarmsProps) {
    super(scope, id);
    const { actions } = config.alarms;
    const root = config.alarms.root && !isEmulated;
    if (config.alarms.root && isEmulated) {
      Annotations.of(this).addInfo(
        'alarms.root: left out, the emulator makes no composite alarms; those of the components call instead',
      );
    }
    this.#called = actions.length > 0;
    const called = actions.map((arn): IAlarmAction => ({ bind: () => ({ alarmActionArn: arn }) }));
    this.all = config.installations.flatMap((installation) =>
      componentsOf(installation).flatMap((kind) =>
        (['warning', 'critical'] as const).map((severity) => ({
          installation: installation.name,
          kind,
          severity,
          alarm: this.#alarm(installation.name, kind, severity, pageUrl),
        })),
      ),
    );
    const roots = root ? config.installations.flatMap(({ name }) => this.#root(name, pageUrl)) : [];
    this.#roots = new Map(roots);
    for (const alarm of root ? this.#roots.values() : this.all.map((a) => a.alarm)) {
      alarm.addAlarmAction(...called);
      alarm.addOkAction(...called);
    }
  }

  /** The alarms of an installation that call somebody: none where nobody is named. */
  callingFor(installation: string): readonly IAlarm[] {
    if (!this.#called) return [];
    const root = this.#roots.get(installation);
    if (root !== undefined) return [root];
    return this.all.filter((a) => a.installation === installation).map((a) => a.alarm);
  }

  #alarm(installation: string, kind: TargetKind, severity: Severity, pageUrl: string): Alarm {
    const { from, datapointsToAlarm, evaluationPeriods } = SEVERITIES[severity];
    const name = `${installation}-${kind}-${severity}`;
    return new Alarm(this, name, {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      metric: statusMetric(installation, kind),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: from,
      datapointsToAlarm,
      evaluationPeriods,
      // What is unknown puts no point: the alarm then has insufficient data, which is neither health nor a fault. That
      // nothing is known for long is a finding of its own, and dead-man alarms see to the monitor.
      treatMissingData: TreatMissingData.MISSING,
      alarmDescription: `${kind} of ${installation}: ${severity}. What stands, since when and its root cause: ${pageUrl} The runbook of each: ${pageUrl}runbooks/<finding>, of ${suspects(kind, severity)}.`,
    });
  }

  /** Goes off with the first critical component, and stays silent when others follow it. */
  #root(installation: string, pageUrl: string): readonly (readonly [string, CompositeAlarm])[] {
    const critical = this.all.filter((a) => a.installation === installation && a.severity === 'critical');
    if (critical.length === 0) return [];
    const root = new CompositeAlarm(this, `${installation}-root`, {
      compositeAlarmName: `${Stack.of(this).stackName}-${installation}`,
      alarmRule: AlarmRule.anyOf(...critical.map((a) => a.alarm)),
      alarmDescription: `Something of ${installation} is degraded or in error. The root cause and what follows from it: ${pageUrl}`,
    });
    return [[installation, root]];
  }
}
