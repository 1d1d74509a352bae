import type { Facts, TargetKind } from '../../../lib/model/report.ts';
import type { Severity } from '../../../lib/model/severity.ts';
import type { Values } from '../../assess/builders.ts';

/** What one target says. */
export interface Said {
  readonly values?: Values;
  readonly facts?: Facts;
}

/** What a rule looks at, and of other targets only what it asks of them, by target. */
export interface Scene extends Said {
  readonly elsewhere?: Readonly<Record<string, Said>>;
  /** How old the report is. */
  readonly ageSeconds?: number;
}

/** Where a finding begins: the scene for every value it may be judged by. */
export interface Edge {
  at(value: number, kind: TargetKind): Scene;
  /** The target, where the usual one of its kind has not the role it takes. */
  readonly target?: string;
}

/** That of a finding which the installation cannot move: the value at which it holds, and the nearest at which not. */
export interface FixedEdge extends Edge {
  readonly holds: number;
  readonly not: number;
  readonly severity: Severity;
}

/** Judged by one signal; what else the finding needs says the same throughout. */
export const by = (signal: string, others: Values = {}, facts: Facts = {}): Edge => ({
  at: (value) => ({ values: { ...others, [signal]: value }, facts }),
});

/** Judged by one signal of those it has a label for. */
export const byLabelled = (signal: string, label: string, others: Values = {}): Edge => ({
  at: (value) => ({ values: { ...others, [signal]: { [label]: value } } }),
});

const fixed =
  (severity: Severity, holds: number, not: number) =>
  (edge: Edge): FixedEdge => ({ ...edge, severity, holds, not });

/** Of what either works or does not. */
export const criticalWithout = fixed('critical', 0, 1);
/** Of what there should be none of, counted. */
export const criticalWithOne = fixed('critical', 1, 0);
export const warningWithOne = fixed('warning', 1, 0);
export const infoWithOne = fixed('info', 1, 0);
export { fixed };
