import type { InstallationConfig } from '../../../lib/config/schema.ts';
import type { Report } from '../../../lib/model/report.ts';

/** One probe: what it reports in a round of its tier, when asked at a time. */
export interface Probe {
  readonly target: string;
  readonly tier: Report['tier'];
  report(round: number, startedAt: string): Report;
}

/** What CloudWatch says, by target and signal. */
export type Vended = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** An installation put together in some way, in which nothing is wrong. */
export interface Shape {
  readonly installation: InstallationConfig;
  /** Every probe of it, its reports healthy for ever. */
  readonly probes: readonly Probe[];
  /** What CloudWatch says of it while all is well. */
  readonly vended: Vended;
}
