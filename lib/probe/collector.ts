import type { Target } from '../config/targets.ts';
import type { Facts, Tier } from '../model/report.ts';
import type { Unknown } from '../model/unknown.ts';

/** A value as a collector hands it over: the frame adds target and time, and refuses what is not a finite number. */
export interface Sample {
  readonly signal: string;
  readonly value: number | Unknown;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Collected {
  readonly samples: readonly Sample[];
  readonly facts?: Facts;
}

/**
 * Reads one concern of a target over an open connection. It may throw, hang or return rubbish: the frame turns that
 * into unknown values of its own `signals`. `cheap` says why it may run as often as its tier does; `target` is how it
 * was configured.
 */
export interface Collector<Connection, T extends Target = Target> {
  readonly name: string;
  readonly tier: Tier;
  readonly signals: readonly string[];
  readonly cheap: string;
  collect(connection: Connection, abort: AbortSignal, target: T): Promise<Collected>;
}
