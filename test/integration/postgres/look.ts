import { vi } from 'vitest';
import type { FindingDefinition } from '../../../lib/catalogue/finding.ts';
import type { PostgresTarget } from '../../../lib/config/targets.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import type { Reading } from '../../../lib/model/reading.ts';
import type { Facts, Report, Tier } from '../../../lib/model/report.ts';
import { TIERS } from '../../../lib/model/report.ts';
import { probe } from '../../../lib/probe/frame.ts';
import { postgresProbe } from '../../../lib/probe/postgres/connection.ts';
import { derivedFrom, outcomeOf } from './assessed.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Waits until what it is given no longer throws: a server takes its time to see what was done to it. */
export const eventually = <T>(attempt: () => Promise<T>): Promise<T> =>
  vi.waitFor(attempt, { timeout: 30_000, interval: 50 });

/** Everything known of a database: what its probes read, and what follows from it and an earlier look. */
export interface Seen {
  readonly target: PostgresTarget;
  readonly reports: readonly Report[];
  readonly before: readonly Report[];
  readonly readings: readonly Reading[];
  readonly facts: Facts;
  /** The value of a signal, by label where it has one. @throws RangeError, with the reason, when it is unknown. */
  value(signal: string, label?: string): number;
  /** Why a signal is unknown; undefined when it is known. */
  unknown(signal: string, label?: string): string | undefined;
}

const labelled = (reading: Reading, label: string | undefined): boolean =>
  label === undefined || Object.values(reading.labels ?? {}).includes(label);

/** Probes a database now; rates and shares are known when an earlier look is given. */
export async function look(
  target: PostgresTarget,
  tiers: readonly Tier[] = TIERS,
  before?: Seen,
): Promise<Seen> {
  const reports: Report[] = [];
  for (const tier of tiers) {
    const visit = { installation: 'test', tier, intervalSeconds: 60, now: () => new Date() };
    reports.push(await probe(postgresProbe, target, visit));
  }
  const readings = reports.flatMap((r) => [...r.readings, ...derivedFrom(r, before?.reports)]);
  const find = (signal: string, label?: string) => {
    const found = readings.find((r) => r.signal === signal && labelled(r, label));
    if (found === undefined) throw new RangeError(`nothing was read of ${signal} ${label ?? ''}`);
    return found;
  };
  return {
    target,
    reports,
    readings,
    before: before?.reports ?? [],
    facts: Object.assign({}, ...reports.map((r) => r.facts)),
    value(signal, label) {
      const { value, unknown } = find(signal, label);
      if (value === null)
        throw new RangeError(`${signal} is unknown: ${unknown?.reason}, ${unknown?.detail}`);
      return value;
    },
    unknown: (signal, label) => find(signal, label).unknown?.reason,
  };
}

/**
 * Puts a finding to what was seen: null when it does not hold.
 *
 * @throws RangeError when a signal it needs is not known.
 */
export function judge(definition: FindingDefinition, seen: Seen): Finding | null {
  const outcome = outcomeOf({ definition, ...seen });
  if ('unevaluated' in outcome) {
    const [signal = 'nothing'] = outcome.unevaluated.flatMap((u) => u.signals);
    seen.value(signal);
    throw new RangeError(`${definition.id} cannot be judged by ${signal}`);
  }
  return outcome.result === 'holds' ? outcome.finding : null;
}

/** Everything a finding says, for tests that look for a word in it. */
export const textOf = (finding: Finding | null): string =>
  finding === null
    ? ''
    : [
        ...finding.evidence.map((e) => e.text),
        ...finding.remedy.flatMap((r) => [r.text, r.command ?? '']),
      ].join('\n');
