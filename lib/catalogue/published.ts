import type { Status } from '../model/status.ts';
import type { Signal } from './signal.ts';

/** The metric alarms compare: one for each kind of target of an installation. */
export const COMPONENT_STATUS = 'ComponentStatus';

/** The scale of that metric. What is unknown has no number: it puts no point, and no alarm takes it for health. */
export const NUMBER_OF_STATUS: Readonly<Record<Exclude<Status, 'unknown'>, number>> = {
  healthy: 0,
  warning: 1,
  degraded: 2,
  error: 3,
};

/** What of a target says whether AWS keeps metrics of it: a target's configuration has it. */
interface OnAws {
  readonly rds?: unknown;
  readonly elasticache?: unknown;
}

const isOnAws = (target: object): boolean => {
  const { rds, elasticache }: OnAws = target;
  return rds !== undefined || elasticache !== undefined;
};

/**
 * Whether a reading of a target goes to CloudWatch: in `full` whatever has a metric, else what is essential.
 *
 * @param labels of the reading, whose value decides where only some of a label are essential.
 */
export function isPublished(
  { metric, essential, label }: Signal,
  labels: Readonly<Record<string, string>> | undefined,
  target: object,
  extent: 'essential' | 'full',
): boolean {
  if (metric === null) return false;
  if (extent === 'full') return true;
  if (essential === undefined || (essential.unlessVended && isOnAws(target))) return false;
  if (essential.labels === undefined) return true;
  const value = label === undefined ? undefined : labels?.[label];
  return value !== undefined && essential.labels.includes(value);
}
