import type { Derivation, Signal } from '../catalogue/signal.ts';
import { SIGNALS } from '../catalogue/signals/index.ts';
import type { Target } from '../config/targets.ts';
import type { AssessState, Digested } from '../model/assessment.ts';
import type { Reading } from '../model/reading.ts';
import { type Report, TIERS } from '../model/report.ts';
import type { Unknown } from '../model/unknown.ts';
import { type Growth, growthOf, isUnknown, NOT_COLLECTED, TOO_FEW } from './growth.ts';
import { latestAfter, latestOf } from './latest.ts';
import { percentiles, recentAfter } from './percentile.ts';
import { deriveQuantile } from './quantiles.ts';
import { labelsKey, readingKey } from './readings.ts';

const OVERFLOW: Unknown = { reason: 'invalid', detail: 'the counter grew beyond any number' };

/** Whole seconds on one clock, fractions on another, and both are corrected now and then. */
const CLOCKS_DIFFER_SECONDS = 5;

/** What lives on ages as fast as time passes; what began anew is younger than that. */
function restartOf(present: Reading | undefined, before: Reading | undefined): number | Unknown {
  const growth = growthOf(present, before);
  if (isUnknown(growth)) return growth.reason === 'counter-reset' ? 1 : growth;
  return growth.by < growth.seconds - CLOCKS_DIFFER_SECONDS ? 1 : 0;
}

/** What follows from two reports, label by label. */
type Compared = Exclude<Derivation, { how: 'percentile' | 'quantile' | 'latest' }>;
type CountedBy = Exclude<Compared, { how: 'restart' }>;

function resultOf(derivation: CountedBy, growth: (signal: string) => Growth | Unknown): number | Unknown {
  const of = growth(derivation.of);
  if (isUnknown(of)) return of;
  if (derivation.how === 'growth') return of.by;
  if (derivation.how === 'ratio') {
    const per = growth(derivation.per);
    if (isUnknown(per)) return per;
    return per.by === 0 || per.by < derivation.floor ? TOO_FEW : of.by / per.by;
  }
  if (derivation.how !== 'share') return (of.by / of.seconds) * derivation.times;
  let total = 0;
  for (const signal of derivation.within) {
    const part = growth(signal);
    if (isUnknown(part)) return part;
    total += part.by;
  }
  return total === 0 || total < derivation.floor ? TOO_FEW : (of.by / total) * 100;
}

/** The readings of a report by what they measure, and those they are compared with. */
interface Both {
  readonly present: ReadonlyMap<string, Reading>;
  readonly earlier: ReadonlyMap<string, Reading>;
}
const byKey = (readings: readonly Reading[]): ReadonlyMap<string, Reading> =>
  new Map(readings.map((r) => [readingKey(r), r]));

/** One reading for each set of labels the counter was read with; one unknown reading where it was not read. */
function derive(
  { id: signal }: Signal,
  derivation: Compared,
  report: Report,
  { present, earlier }: Both,
): readonly Reading[] {
  const counted = report.readings.filter((r) => r.signal === derivation.of);
  const { target, startedAt } = report;
  if (counted.length === 0) return [{ signal, target, value: null, unknown: NOT_COLLECTED, at: startedAt }];

  const unique = new Map(counted.map((r) => [labelsKey(r.labels), r]));
  return [...unique.values()].map(({ labels, at }) => {
    const both = (counter: string) => {
      const key = readingKey({ signal: counter, labels });
      return [present.get(key), earlier.get(key)] as const;
    };
    const result =
      derivation.how === 'restart'
        ? restartOf(...both(derivation.of))
        : resultOf(derivation, (counter) => growthOf(...both(counter), derivation.how === 'change'));
    const identity = { signal, target, at, ...(labels !== undefined && { labels }) };
    if (typeof result !== 'number') return { ...identity, value: null, unknown: result };
    if (!Number.isFinite(result)) return { ...identity, value: null, unknown: OVERFLOW };
    return { ...identity, value: result };
  });
}

function restsOn(derivation: Derivation): readonly string[] {
  switch (derivation.how) {
    case 'percentile':
    case 'latest':
      return [];
    case 'share':
      return [derivation.of, ...derivation.within];
    case 'ratio':
      return [derivation.of, derivation.per];
    default:
      return [derivation.of];
  }
}

/**
 * What the next report is compared with. Of a life the last known seconds are kept while nothing can be read: a server
 * that was down between two probes has most likely restarted.
 */
function keptOf(report: Report, before: readonly Reading[], own: readonly Signal[]): readonly Reading[] {
  const derivations = own.flatMap((s) => s.derivation ?? []);
  const rested = new Set(derivations.flatMap(restsOn));
  const lives = new Set(derivations.flatMap((d) => (d.how === 'restart' ? [d.of] : [])));
  const read = report.readings.filter((r) => rested.has(r.signal));
  const known = new Set(read.filter((r) => r.value !== null).map((r) => r.signal));
  const isOpen = ({ signal }: Reading) => lives.has(signal) && !known.has(signal);
  const remembered = before.filter((r) => isOpen(r) && r.value !== null);
  const replaced = new Set(remembered.map((r) => r.signal));
  return [...read.filter((r) => !replaced.has(r.signal)), ...remembered];
}

/**
 * Works out what follows from a report and the one of the same target and tier digested before it. A report is
 * digested once: given again, what was kept of it is returned as it is. `signals` is the catalogue.
 */
export function digest(
  report: Report,
  before: Digested | undefined,
  signals: readonly Signal[] = SIGNALS,
): Digested {
  if (before?.startedAt === report.startedAt) return before;
  const own = signals.filter((s) => s.kind === report.kind && s.tiers.includes(report.tier));
  const earlier = before?.counters ?? [];
  const both = { present: byKey(report.readings), earlier: byKey(earlier) };
  const kept = before?.recent ?? [];
  const recent = [...recentAfter(report, kept, own), ...latestAfter(report, kept, own)];
  return {
    startedAt: report.startedAt,
    counters: keptOf(report, earlier, own),
    derived: own.flatMap((signal) => {
      const { derivation } = signal;
      if (derivation === undefined) return [];
      switch (derivation.how) {
        case 'percentile':
          return percentiles(signal, derivation, report, recent);
        case 'latest':
          return latestOf(signal, derivation, report, recent);
        case 'quantile':
          return deriveQuantile(signal, derivation, report, earlier);
        default:
          return derive(signal, derivation, report, both);
      }
    }),
    ...(recent.length > 0 && { recent }),
  };
}

/** Under which key of the state a report's digest is kept. */
export const digestKey = (report: Pick<Report, 'target' | 'tier'>): string =>
  `${report.target} ${report.tier}`;

/** Digests the newest reports of the watched targets; of a tier without one, what was kept before stays. */
export function digestAll(
  reports: readonly Report[],
  targets: readonly Target[],
  before: AssessState['digested'],
): AssessState['digested'] {
  const digested = new Map(reports.map((r) => [digestKey(r), digest(r, before[digestKey(r)])]));
  const keys = targets.flatMap(({ id }) => TIERS.map((tier) => digestKey({ target: id, tier })));
  return Object.fromEntries(
    keys.flatMap((key) => {
      const kept = digested.get(key) ?? before[key];
      return kept === undefined ? [] : [[key, kept]];
    }),
  );
}
