import type { Signal } from '../catalogue/signal.ts';
import { SIGNALS } from '../catalogue/signals/index.ts';
import type { MetricPoint } from '../model/assessment.ts';
import type { Reading } from '../model/reading.ts';
import type { Report } from '../model/report.ts';
import type { Status } from '../model/status.ts';
import type { Unit } from '../model/unit.ts';
import type { Statuses } from './statuses.ts';

/** Statuses on the scale an alarm compares; `unknown` stands beside it and has a metric of its own. */
const NUMBER_OF_STATUS: Readonly<Record<Exclude<Status, 'unknown'>, number>> = {
  healthy: 0,
  warning: 1,
  degraded: 2,
  error: 3,
};

const SIGNAL_NAMED: ReadonlyMap<string, Signal> = new Map(SIGNALS.map((s) => [s.id, s]));

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function dimensionOf({ label }: Signal, { labels }: Reading): Readonly<Record<string, string>> {
  const value = label === undefined ? undefined : labels?.[label];
  return label === undefined || value === undefined ? {} : { [capitalised(label)]: value };
}

/**
 * The known readings of a report that have a metric, each with its own time. Give every report once: CloudWatch adds
 * up what it gets twice.
 */
export function readingMetrics(report: Report, derived: readonly Reading[]): readonly MetricPoint[] {
  return [...report.readings, ...derived].flatMap((reading) => {
    const signal = SIGNAL_NAMED.get(reading.signal);
    if (signal === undefined || signal.metric === null || reading.value === null) return [];
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

/** What every assessment publishes of its own conclusions, dated now. */
export function statusMetrics(
  installation: string,
  statuses: Statuses,
  findingsActive: number,
  now: string,
): readonly MetricPoint[] {
  const point = (name: string, unit: Unit, value: number, target?: string): MetricPoint => ({
    name,
    unit,
    value,
    at: now,
    dimensions: { Installation: installation, ...(target !== undefined && { Target: target }) },
  });
  const scaled = (name: string, status: Status, target?: string) =>
    status === 'unknown' ? [] : [point(name, 'None', NUMBER_OF_STATUS[status], target)];
  return [
    ...[...statuses.targets].flatMap(([target, status]) => [
      ...scaled('Status', status, target),
      point('StatusUnknown', 'None', status === 'unknown' ? 1 : 0, target),
    ]),
    ...scaled('InstallationStatus', statuses.overall),
    point('FindingsActive', 'Count', findingsActive),
  ];
}
