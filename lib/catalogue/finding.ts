import type { Evidence, Remedy } from '../model/finding.ts';
import type { Forecast } from '../model/forecast.ts';
import type { Reading } from '../model/reading.ts';
import type { Facts, TargetKind } from '../model/report.ts';
import type { Severity } from '../model/severity.ts';
import type { Status } from '../model/status.ts';

/** Entered at `enter` and left only past `leave`, so that a value on the edge does not flap. */
export interface Threshold {
  readonly enter: number;
  readonly leave: number;
}
export type Thresholds = Readonly<Partial<Record<'warning' | 'critical', Threshold>>>;

/** What a target is, as far as a remedy names it. */
export interface Looked {
  readonly id: string;
  readonly kind: TargetKind;
  readonly roles: readonly string[];
  /** Where a database answers, and what stands behind it on RDS when the target says so. */
  readonly server?: {
    readonly host: string;
    readonly port: number;
    readonly rds?: { readonly instance?: string | undefined; readonly cluster?: string | undefined };
  };
}

/** Another target of the installation: what is known of it, were it little or stale. */
export interface Elsewhere {
  readonly target: Looked;
  readonly facts: Facts;
  /** Every reading of a signal, known or not. */
  all(signal: string): readonly Reading[];
}

/** What a rule may look at: one target's readings and facts. Every signal in `needs` is known when it is asked. */
export interface Look {
  readonly target: Looked;
  readonly facts: Facts;
  /** The value of a signal without labels. @throws RangeError when it is not known: list it in `needs`. */
  value(signal: string): number;
  /** Every reading of a signal, known or not, for those with labels. */
  all(signal: string): readonly Reading[];
  /**
   * The other targets of a kind in the same installation, for what one target cannot say of itself: what Prefect
   * expects to find in a Redis. Nothing of them is promised to be known.
   */
  elsewhere(kind: TargetKind): readonly Elsewhere[];
  /** When a signal runs out if it goes on as it does; of several sets of labels the soonest. Null when nothing says. */
  forecast(signal: string): Forecast | null;
  /** Whether the finding held when it was last judged. */
  readonly holds: boolean;
  /** How bad a value is by the finding's thresholds, held at its present severity until it leaves. */
  level(value: number): Severity | null;
  /** The value at which a severity is entered, for the evidence. */
  threshold(severity: Severity): number | undefined;
}

export interface Verdict {
  readonly severity: Severity;
  readonly evidence: readonly Evidence[];
  /** Remedies filled in with what this look saw; they replace the definition's own. */
  readonly remedy?: readonly Remedy[];
}

/**
 * A conclusion, declared once: alarms, pages, runbooks and documents all follow from it. `judge` is pure: null means
 * that the finding does not hold. A finding opens an incident after it held for `pendingSeconds` and closes it after
 * it did not hold for `recoverySeconds`, both measured between reports. `causes` names the findings this one may
 * follow from, the likeliest first.
 */
export interface FindingDefinition {
  readonly id: string;
  readonly kinds: readonly TargetKind[];
  readonly component: string;
  readonly title: string;
  /** Those of every kind it judges: a target needs its own, see `needsOf`. */
  readonly needs: readonly string[];
  readonly thresholds?: Thresholds;
  readonly pendingSeconds: number;
  readonly recoverySeconds: number;
  readonly status: Readonly<Record<Severity, Status>>;
  readonly meaning: string;
  readonly impact: string;
  readonly remedy: readonly Remedy[];
  readonly causes: readonly string[];
  readonly source: readonly string[];
  judge(look: Look): Verdict | null;
}

/** The signals a finding needs to judge a target of this kind: not those of the other kinds it judges as well. */
export const needsOf = (
  { kinds, needs }: Pick<FindingDefinition, 'kinds' | 'needs'>,
  kind: TargetKind,
): readonly string[] =>
  needs.filter((signal) => !kinds.some((other) => other !== kind && signal.startsWith(`${other}.`)));

/** A second report a minute later must agree; the seconds to a minute leave room for a schedule's jitter. */
export const TWO_MINUTELY_REPORTS_SECONDS = 50;

export const STATUS_OF_SEVERITY = { info: 'healthy', warning: 'warning', critical: 'error' } as const;
