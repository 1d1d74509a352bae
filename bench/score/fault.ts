import type { Reading } from '../../lib/model/reading.ts';
import type { Facts, Report } from '../../lib/model/report.ts';
import type { UnknownReason } from '../../lib/model/unknown.ts';
import { readingsOf, type Said } from './readings.ts';
import type { ShapeName } from './shapes/shapes.ts';

/** What a signal says while a fault lasts: perhaps by the minutes since it began and the healthy value. */
type Value = Said | ((minutes: number, healthy: number) => number);
type Values = Readonly<Record<string, Value | Readonly<Record<string, Value>>>>;

/** Something that goes wrong: what it does to healthy reports, and the finding that names it, `id@target`. */
export interface Fault {
  readonly name: string;
  readonly expected: string;
  /** What honestly follows from it and is found as well, `id@target`. */
  readonly brings: readonly string[];
  /** The shape of installation in which it is played. */
  readonly befalls: ShapeName;
  /** What it changes, and hides of other faults: signals as `target signal`, or a whole `target`. */
  readonly touches: readonly string[];
  /** Other targets that must be read as well for it to be found. */
  readonly asks?: readonly string[];
  /** For how many rounds, where the usual ones are too few for anybody to be told. */
  readonly lasts?: number;
  /** The report while the fault lasts; null when none comes. */
  change(report: Report, minutes: number): Report | null;
  /** What CloudWatch says of the target while the fault lasts. */
  readonly vended?: Readonly<Record<string, number>>;
}

/** How a fault shows in the reports of one tier of one target. */
export interface Change {
  /** Unless given, the target of the finding. */
  readonly target?: string;
  readonly tier?: Report['tier'];
  readonly values?: Values;
  /** Those that are otherwise, or all of them by the healthy ones. */
  readonly facts?: Facts | ((healthy: Facts) => Facts);
}

type Course = Partial<Pick<Fault, 'brings' | 'asks' | 'lasts' | 'vended'>>;

const USUAL = { brings: [], befalls: 'whole' } as const;

const resolved = (value: Value, minutes: number, healthy: number): Said =>
  typeof value === 'function' ? value(minutes, healthy) : value;

const labelOf = ({ labels }: Reading): string => Object.values(labels ?? {})[0] ?? '';

/** Readings with some of their values changed; what a healthy report does not have is added. */
function changed(report: Report, values: Values, minutes: number): Reading[] {
  const isNamed = ({ signal }: Reading) => Object.hasOwn(values, signal);
  const added = Object.entries(values).flatMap(([signal, value]): readonly Reading[] => {
    const healthy = (label: string | null) =>
      report.readings.find((r) => r.signal === signal && (label === null || labelOf(r) === label))?.value ??
      0;
    if (typeof value !== 'object')
      return readingsOf(
        report.target,
        { [signal]: resolved(value, minutes, healthy(null)) },
        report.startedAt,
      );
    const own = Object.fromEntries(
      Object.entries(value).map(([label, one]) => [label, resolved(one, minutes, healthy(label))]),
    );
    const others = report.readings.filter((r) => r.signal === signal && !Object.hasOwn(own, labelOf(r)));
    return [...others, ...readingsOf(report.target, { [signal]: own }, report.startedAt)];
  });
  return [...report.readings.filter((r) => !isNamed(r)), ...added];
}

function applied(report: Report, { values = {}, facts = {} }: Change, minutes: number): Report {
  return {
    ...report,
    readings: changed(report, values, minutes),
    facts: typeof facts === 'function' ? facts(report.facts) : { ...report.facts, ...facts },
  };
}

const touchedBy = (
  expected: string,
  changes: readonly Change[],
  { vended = {} }: Course,
): readonly string[] => [
  ...changes.flatMap(({ target = targetOf(expected), values = {} }) =>
    Object.keys(values).map((signal) => `${target} ${signal}`),
  ),
  ...Object.keys(vended).map((signal) => `${targetOf(expected)} ${signal}`),
];

/** A fault that shows in several places. */
export const showsIn = (
  name: string,
  expected: string,
  changes: readonly Change[],
  course: Course = {},
): Fault => ({
  ...USUAL,
  ...course,
  name,
  expected,
  touches: touchedBy(expected, changes, course),
  change: (report, minutes) =>
    changes
      .filter(
        ({ target = targetOf(expected), tier = 'minute' }) =>
          report.target === target && report.tier === tier,
      )
      .reduce((before, change) => applied(before, change, minutes), report),
});

/** A fault that shows in some values of one target. */
export const shows = (
  name: string,
  expected: string,
  values: Values,
  change: Omit<Change, 'values'> = {},
  course: Course = {},
): Fault => showsIn(name, expected, [{ ...change, values }], course);

/** CloudWatch is asked every quarter of an hour, then every five minutes, and two of its answers must agree. */
const TWO_ANSWERS = 24;

/** A fault that no probe sees: only CloudWatch does. */
export const isVended = (name: string, expected: string, vended: Fault['vended'] = {}): Fault =>
  showsIn(name, expected, [], { vended, lasts: TWO_ANSWERS });

/** A target nobody gets to: it is known to be down, or not even that, and nothing else is known of it. */
export const shut = (
  name: string,
  expected: string,
  reason: UnknownReason,
  known: Values,
  course: Course = {},
): Fault => ({
  ...USUAL,
  ...course,
  name,
  expected,
  touches: [targetOf(expected)],
  change: (report, minutes) => {
    if (report.target !== targetOf(expected)) return report;
    const unknown = { reason, detail: 'the target does not answer' };
    const blind = {
      ...report,
      facts: {},
      readings: report.readings.map((r): Reading => ({ ...r, value: null, unknown })),
    };
    return { ...blind, readings: report.tier === 'minute' ? changed(blind, known, minutes) : blind.readings };
  },
});

/** Faults of an installation that is put together otherwise. */
export const befalling = (befalls: ShapeName, faults: readonly Fault[]): readonly Fault[] =>
  faults.map((fault) => ({ ...fault, befalls }));

export const findingOf = (key: string): string => key.slice(0, key.indexOf('@'));
export const targetOf = (key: string): string => key.slice(key.indexOf('@') + 1);

/** So many more every minute than a healthy target counts. */
export const more = (perMinute: number) => (minutes: number, healthy: number) =>
  healthy + perMinute * (minutes + 1);
/** Seconds that have gone by since before the fault was seen. */
export const ages = (seconds: number) => (minutes: number) => seconds + 60 * minutes;
