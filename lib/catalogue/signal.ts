import type { TargetKind, Tier } from '../model/report.ts';
import type { Unit } from '../model/unit.ts';

/**
 * How a signal that no probe reads itself follows from two probes of the same target: how much a counter grew in all
 * or a second, or what share it has in the growth of several; or by how much a gauge changed a second. A `ratio` is how
 * much grew for each one of something else, such as the time each call took. A `restart` is told by `of`, the seconds
 * something has lived: 1 when it began anew since they were last read, however long ago that was, else 0. A `quantile`
 * is read from how the cumulative counts `of` a histogram grew, one for each upper bound in the label `bound`: `+Inf` or
 * a number. A `percentile` is one of a gauge's known values of the last quarter of an hour, `latest` the newest of them.
 */
export type Derivation =
  | { readonly how: 'growth'; readonly of: string }
  | { readonly how: 'rate' | 'change'; readonly of: string; readonly times: number }
  | {
      readonly how: 'share';
      readonly of: string;
      readonly within: readonly string[];
      readonly floor: number;
    }
  | { readonly how: 'ratio'; readonly of: string; readonly per: string; readonly floor: number }
  | { readonly how: 'restart'; readonly of: string }
  | {
      readonly how: 'quantile';
      readonly of: string;
      readonly bound: string;
      readonly quantile: number;
      readonly times: number;
      readonly floor: number;
    }
  | { readonly how: 'percentile'; readonly of: string; readonly percent: number }
  | { readonly how: 'latest'; readonly of: string };

/**
 * A metric AWS itself keeps, and the factor to the signal's unit. Such a signal is read by assess, not by a probe. What
 * nothing is concluded from alone is asked for `hourly`: every question has its price.
 */
export interface Vended {
  readonly namespace: 'AWS/RDS' | 'AWS/ElastiCache' | 'AWS/EKS';
  readonly metric: string;
  readonly statistic: 'Average' | 'Minimum' | 'Maximum' | 'Sum';
  readonly times: number;
  readonly hourly?: true;
}

/**
 * Why a metric is worth its price where only the essential ones are published: an alarm or the dashboard stands on it.
 * `labels` are the only values of its label that are; `unlessVended` leaves it out for a target that names what stands
 * behind it on AWS, which then keeps a metric of the same thing for nothing.
 */
export interface Essential {
  readonly labels?: readonly string[];
  readonly unlessVended?: true;
}

/**
 * One thing measured. `id` is its name in readings, rules and pages; `metric` its name in CloudWatch, null for raw
 * counters that only serve a derived signal. A `share` is in percent and, as a `ratio`, needs `floor` events between two probes, so
 * that silence is not read as a bad ratio. What AWS vends has no `metric`: it is never published a second time.
 */
export interface Signal {
  readonly id: string;
  readonly kind: TargetKind;
  /** Every tier in which some of its values are read. */
  readonly tiers: readonly Tier[];
  readonly metric: string | null;
  readonly essential?: Essential;
  readonly unit: Unit;
  readonly nature: 'gauge' | 'counter' | 'derived';
  readonly derivation?: Derivation;
  readonly vended?: Vended;
  readonly label?: string;
  readonly help: string;
  readonly from: string;
}

/** Names the signals of one kind of target, so that a list of them reads as a table. */
export const signalsOf =
  (kind: TargetKind) =>
  (
    signals: Readonly<
      Record<string, Omit<Signal, 'id' | 'kind' | 'tiers'> & { readonly tiers?: readonly Tier[] }>
    >,
  ): readonly Signal[] =>
    Object.entries(signals).map(([id, rest]) => ({ id, kind, tiers: ['minute'], ...rest }));
