import { vi } from 'vitest';
import { type FindingDefinition, type Look, needsOf, type Verdict } from '../../../lib/catalogue/finding.ts';
import { SIGNALS } from '../../../lib/catalogue/signals/index.ts';
import type { PostgresTarget } from '../../../lib/config/targets.ts';
import type { Reading } from '../../../lib/model/reading.ts';
import type { Facts, Report, Tier } from '../../../lib/model/report.ts';
import { TIERS } from '../../../lib/model/report.ts';
import { probe } from '../../../lib/probe/frame.ts';
import { postgresProbe } from '../../../lib/probe/postgres/connection.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Waits until what it is given no longer throws: a server takes its time to see what was done to it. */
export const eventually = <T>(attempt: () => Promise<T>): Promise<T> =>
  vi.waitFor(attempt, { timeout: 30_000, interval: 50 });

/** Everything known of a database: what its probes read, and what follows from it and an earlier look. */
export interface Seen {
  readonly reports: readonly Report[];
  readonly readings: readonly Reading[];
  readonly facts: Facts;
  /** The value of a signal, by label where it has one. @throws RangeError, with the reason, when it is unknown. */
  value(signal: string, label?: string): number;
  /** Why a signal is unknown; undefined when it is known. */
  unknown(signal: string, label?: string): string | undefined;
}

const labelled = (reading: Reading, label: string | undefined): boolean =>
  label === undefined || Object.values(reading.labels ?? {}).includes(label);

/** Rates and shares between two looks, the way an assessment works them out. */
function derived(before: readonly Reading[], now: readonly Reading[]): readonly Reading[] {
  const find = (readings: readonly Reading[], signal: string) => readings.find((r) => r.signal === signal);
  const growth = (signal: string) =>
    (find(now, signal)?.value ?? Number.NaN) - (find(before, signal)?.value ?? Number.NaN);
  return SIGNALS.flatMap((signal) => {
    const { derivation } = signal;
    const counter = derivation && find(now, derivation.of);
    const earlier = derivation && find(before, derivation.of);
    if (derivation === undefined || counter === undefined || earlier === undefined) return [];
    const seconds = (Date.parse(counter.at) - Date.parse(earlier.at)) / 1000;
    const share = (of: string, within: readonly string[], floor: number) => {
      const total = within.reduce((sum, s) => sum + growth(s), 0);
      return total < floor ? Number.NaN : (100 * growth(of)) / total;
    };
    const value =
      derivation.how === 'rate'
        ? (growth(derivation.of) / seconds) * derivation.times
        : derivation.how === 'share'
          ? share(derivation.of, derivation.within, derivation.floor)
          : growth(derivation.of);
    return Number.isFinite(value)
      ? [{ signal: signal.id, target: counter.target, at: counter.at, value }]
      : [];
  });
}

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
  const read = reports.flatMap((r) => r.readings);
  const readings = [...read, ...(before === undefined ? [] : derived(before.readings, read))];
  const find = (signal: string, label?: string) => {
    const found = readings.find((r) => r.signal === signal && labelled(r, label));
    if (found === undefined) throw new RangeError(`nothing was read of ${signal} ${label ?? ''}`);
    return found;
  };
  return {
    reports,
    readings,
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
 * Puts a finding to what was seen, without the memory an assessment has: null when it does not hold.
 *
 * @throws RangeError when a signal it needs is not known.
 */
export function judge(finding: FindingDefinition, seen: Seen): Verdict | null {
  const all = (signal: string) => seen.readings.filter((r) => r.signal === signal);
  for (const signal of needsOf(finding, 'postgres')) {
    if (!all(signal).some((r) => r.value !== null)) seen.value(signal);
  }
  const asked: Look = {
    target: { id: 'postgres/test', kind: 'postgres', roles: [] },
    elsewhere: () => [],
    facts: seen.facts,
    value: (signal) => seen.value(signal),
    all,
    level: (value) =>
      (['critical', 'warning'] as const).find((s) => {
        const threshold = finding.thresholds?.[s];
        return threshold !== undefined && value >= threshold.enter;
      }) ?? null,
    threshold: (severity) => (severity === 'info' ? undefined : finding.thresholds?.[severity]?.enter),
  };
  return finding.judge(asked);
}

/** Everything a verdict says, for tests that look for a word in it. */
export const textOf = (verdict: Verdict | null): string =>
  verdict === null
    ? ''
    : [
        ...verdict.evidence.map((e) => e.text),
        ...(verdict.remedy ?? []).flatMap((r) => [r.text, r.command ?? '']),
      ].join('\n');
