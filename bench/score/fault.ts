import type { Reading } from '../../lib/model/reading.ts';
import type { Facts, Report } from '../../lib/model/report.ts';
import type { UnknownReason } from '../../lib/model/unknown.ts';
import { readingsOf } from './healthy.ts';

/** What a signal says while a fault lasts: by the minutes since it began and the healthy value. */
type Value = number | ((minutes: number, healthy: number) => number);
type Values = Readonly<Record<string, Value | Readonly<Record<string, Value>>>>;

/** Something that goes wrong: what it does to healthy reports, and the finding that names it, `id@target`. */
export interface Fault {
  readonly name: string;
  readonly expected: string;
  /** The report while the fault lasts; null when none comes. */
  change(report: Report, minutes: number): Report | null;
  /** What CloudWatch says of the target while the fault lasts. */
  readonly vended?: Readonly<Record<string, number>>;
}

const resolved = (value: Value, minutes: number, healthy: number): number =>
  typeof value === 'number' ? value : value(minutes, healthy);

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

export interface Change {
  readonly tier?: Report['tier'];
  readonly facts?: Facts;
}

/** A fault that shows in some values of one target. */
export const shows = (
  name: string,
  expected: string,
  values: Values,
  { tier = 'minute', facts = {} }: Change = {},
): Fault => ({
  name,
  expected,
  change: (report, minutes) =>
    report.target !== targetOf(expected) || report.tier !== tier
      ? report
      : { ...report, readings: changed(report, values, minutes), facts: { ...report.facts, ...facts } },
});

/** A fault that no probe sees: only CloudWatch does. */
export const isVended = (name: string, expected: string, vended: Fault['vended'] = {}): Fault => ({
  name,
  expected,
  change: (report) => report,
  vended,
});

/** A target nobody gets to: it is known to be down, and nothing else is known of it. */
export const shut = (name: string, expected: string, reason: UnknownReason, known: Values): Fault => ({
  name,
  expected,
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

export const targetOf = (key: string): string => key.slice(key.indexOf('@') + 1);

/** So many more every minute than a healthy target counts. */
export const more = (perMinute: number) => (minutes: number, healthy: number) =>
  healthy + perMinute * (minutes + 1);
/** Seconds that have gone by since before the fault was seen. */
export const ages = (seconds: number) => (minutes: number) => seconds + 60 * minutes;
