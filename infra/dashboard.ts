import { Duration, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { NUMBER_OF_STATUS } from '../lib/catalogue/published.ts';
import type { Config, InstallationConfig } from '../lib/config/schema.ts';
import type { Alarms } from './alarms.ts';
import { type ComponentAlarms, componentsOf, statusMetric } from './component-alarms.ts';
import { panelsOf } from './dashboard-panels.ts';

const WHOLE_WIDTH = 24;
const PANEL = { width: 8, height: 6 } as const;
const FIVE_MINUTES = Duration.minutes(5);

interface DashboardProps {
  readonly config: Config;
  readonly components: ComponentAlarms;
  /** Those on the monitor itself. */
  readonly monitor: Alarms['all'];
  readonly functions: readonly IFunction[];
  readonly pageUrl: string;
}

/**
 * What one runs an incident from: colours first, then for each installation its runs, its API, its queues and its
 * stores, the monitor itself last. It draws only what is published anyway, and what AWS keeps for nothing.
 */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { config, components, monitor, pageUrl } = props;
    const dashboard = new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: Stack.of(this).stackName,
      defaultInterval: Duration.hours(3),
    });
    dashboard.addWidgets(
      new TextWidget({
        width: WHOLE_WIDTH,
        height: 1,
        markdown: `**Prefect Vitals** · [root cause, evidence and remedy of what stands](${pageUrl})`,
      }),
    );
    for (const installation of config.installations) {
      const own = components.all.filter((a) => a.installation === installation.name);
      if (own.length === 0) continue;
      dashboard.addWidgets(
        new AlarmStatusWidget({
          title: `${installation.name}: status`,
          width: WHOLE_WIDTH - PANEL.width,
          height: PANEL.height,
          alarms: own.map((a) => a.alarm),
        }),
        statusGraph(installation),
      );
      for (const row of rowsOf(graphsOf(installation))) dashboard.addWidgets(...row);
    }
    dashboard.addWidgets(
      new AlarmStatusWidget({
        title: 'The monitor itself',
        width: PANEL.width,
        height: PANEL.height,
        alarms: [...monitor],
      }),
      graph('Errors of its functions', ofEach(props.functions, 'errors')),
      graph('Duration of its functions, ms', ofEach(props.functions, 'duration')),
    );
  }
}

const ofEach = (functions: readonly IFunction[], what: 'errors' | 'duration'): IMetric[] =>
  functions.map((f) =>
    what === 'errors'
      ? f.metricErrors({ statistic: 'Sum', period: FIVE_MINUTES, label: f.node.path.split('/').at(-1) })
      : f.metricDuration({
          statistic: 'Maximum',
          period: FIVE_MINUTES,
          label: f.node.path.split('/').at(-1),
        }),
  );

const graph = (title: string, left: readonly IMetric[]): GraphWidget =>
  new GraphWidget({ title, ...PANEL, left: [...left], leftYAxis: { min: 0, showUnits: false } });

/** A curve that breaks off is a component nothing is known of. */
const statusGraph = (installation: InstallationConfig): GraphWidget =>
  new GraphWidget({
    title: '0 healthy, 1 warning, 2 degraded, 3 error',
    ...PANEL,
    left: componentsOf(installation).map((kind) => statusMetric(installation.name, kind)),
    leftYAxis: { min: 0, max: NUMBER_OF_STATUS.error, showUnits: false },
  });

const graphsOf = (installation: InstallationConfig): readonly IWidget[] =>
  panelsOf(installation).map(({ title, curves }) =>
    graph(
      `${installation.name}: ${title}`,
      curves.map(
        ({ namespace, metric, dimensions, label, statistic }) =>
          new Metric({
            namespace,
            metricName: metric,
            dimensionsMap: dimensions,
            label,
            statistic,
            period: Duration.minutes(1),
          }),
      ),
    ),
  );

function rowsOf(widgets: readonly IWidget[]): readonly (readonly IWidget[])[] {
  const perRow = WHOLE_WIDTH / PANEL.width;
  return Array.from({ length: Math.ceil(widgets.length / perRow) }, (_, row) =>
    widgets.slice(row * perRow, (row + 1) * perRow),
  );
}
