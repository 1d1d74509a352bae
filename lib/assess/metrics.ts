import { COMPONENT_STATUS, isPublished, NUMBER_OF_STATUS } from '../catalogue/published.ts';
import type { Signal } from '../catalogue/signal.ts';
import { SIGNALS } from '../catalogue/signals/index.ts';
import type { InstallationConfig } from '../config/schema.ts';
import type { Target } from '../config/targets.ts';
import type { MetricPoint } from '../model/assessment.ts';
import type { Reading } from '../model/reading.ts';
import type { Report } from '../model/report.ts';
import type { Status } from '../model/status.ts';
import type { Unit } from '../model/unit.ts';
import type { Statuses } from './statuses.ts';

const SIGNAL_NAMED: ReadonlyMap<string, Signal> = new Map(SIGNALS.map((s) => [s.id, s]));

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function dimensionOf({ label }: Signal, { labels }: Reading): Readonly<Record<string, string>> {
  const value = label === undefined ? undefined : labels?.[label];
  return label === undefined || value === undefined ? {} : { [capitalised(label)]: value };
}

/**
 * The known readings of a target's report that are to be published, each with its own time. Give every report once:
 * CloudWatch adds up what it gets twice.
 */
export function readingMetrics(
  report: Report,
  derived: readonly Reading[],
  target: Target,
  extent: InstallationConfig['metrics'],
): readonly MetricPoint[] {
  return [...report.readings, ...derived].flatMap((reading) => {
    const signal = SIGNAL_NAMED.get(reading.signal);
    if (signal === undefined || signal.metric === null || reading.value === null) return [];
    if (!isPublished(signal, reading.labels, target, extent)) return [];
    return {
      name: signal.metric,
      unit: signal.unit,
      value: reading.value,
      at: reading.at,
      dimensions: {
        Installation: report.installation,
        Target: report.target,
        ...dimensionOf(signal, reading),
      },
    };
  });
}

interface Conclusions {
  readonly installation: Pick<InstallationConfig, 'name' | 'metrics'>;
  readonly statuses: Statuses;
  readonly findingsActive: number;
  readonly now: string;
}

/**
 * What every assessment publishes of its own conclusions, dated now: the status of each kind of target, which alarms
 * compare, and in full also that of each target and of the whole.
 */
export function statusMetrics({
  installation: { name: installation, metrics: extent },
  statuses,
  findingsActive,
  now,
}: Conclusions): readonly MetricPoint[] {
  const point = (
    name: string,
    unit: Unit,
    value: number,
    dimensions: Readonly<Record<string, string>> = {},
  ): MetricPoint => ({
    name,
    unit,
    value,
    at: now,
    dimensions: { Installation: installation, ...dimensions },
  });
  const scaled = (name: string, status: Status, dimensions?: Readonly<Record<string, string>>) =>
    status === 'unknown' ? [] : [point(name, 'None', NUMBER_OF_STATUS[status], dimensions)];
  const essential = [...statuses.components].flatMap(([kind, status]) =>
    scaled(COMPONENT_STATUS, status, { Component: kind }),
  );
  if (extent === 'essential') return essential;
  return [
    ...essential,
    ...[...statuses.targets].flatMap(([Target, status]) => [
      ...scaled('Status', status, { Target }),
      point('StatusUnknown', 'None', status === 'unknown' ? 1 : 0, { Target }),
    ]),
    ...scaled('InstallationStatus', statuses.overall),
    point('FindingsActive', 'Count', findingsActive),
  ];
}
