import type { Threshold, Thresholds } from '../catalogue/finding.ts';
import type { FindingOverride } from '../config/finding-overrides.ts';
import { isWorse, type Severity } from '../model/severity.ts';

const WORST_FIRST = ['critical', 'warning'] as const;

/**
 * Moves a threshold; the distance between entering and leaving stays the catalogue's. Where that would put the leaving
 * of a count at zero or below, out of reach, their ratio stays instead.
 */
function moved(threshold: Threshold, enter: number | undefined): Threshold {
  if (enter === undefined) return threshold;
  const leave = enter + threshold.leave - threshold.enter;
  const isOutOfReach = leave <= 0 && threshold.leave > 0;
  return { enter, leave: isOutOfReach ? (enter * threshold.leave) / threshold.enter : leave };
}

/** The catalogue's thresholds with the installation's own values; a severity the catalogue does not know stays unknown. */
export function resolveThresholds(catalogue: Thresholds, override: FindingOverride): Thresholds {
  return Object.fromEntries(
    WORST_FIRST.flatMap((severity) => {
      const threshold = catalogue[severity];
      return threshold === undefined ? [] : [[severity, moved(threshold, override[severity])]];
    }),
  );
}

const isPast = (value: number, edge: number, highIsBad: boolean) =>
  highIsBad ? value >= edge : value <= edge;

/**
 * How bad a value is. A severity is entered at `enter` and, by a finding that is already at least as bad, held until
 * the value is past `leave`. High is bad unless a threshold is left above where it is entered.
 */
export function levelOf(value: number, thresholds: Thresholds, present: Severity | null): Severity | null {
  const reached = WORST_FIRST.find((severity) => {
    const threshold = thresholds[severity];
    if (threshold === undefined) return false;
    const { enter, leave } = threshold;
    const isHeld = present !== null && !isWorse(severity, present);
    return isPast(value, isHeld ? leave : enter, enter >= leave);
  });
  return reached ?? null;
}
