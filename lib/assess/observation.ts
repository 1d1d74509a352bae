import type { Target } from '../config/targets.ts';
import type { Forecast } from '../model/forecast.ts';
import type { Reading } from '../model/reading.ts';
import type { Facts, Report } from '../model/report.ts';
import type { Unknown } from '../model/unknown.ts';
import { readingKey, reasonOf } from './readings.ts';
import { STALE, type Watch } from './staleness.ts';

/** A reading with the time of the observation it belongs to: that of its report, not its own to the millisecond. */
export interface Observed {
  readonly reading: Reading;
  readonly observedAt: string;
}

/** All that is known of one target now. Readings of stale reports stand in it as unknown. */
export interface Observation {
  readonly target: Target;
  readonly facts: Facts;
  readonly readings: readonly Observed[];
  /** What of it runs out, if it goes on as it does. */
  readonly forecasts: readonly Forecast[];
}

function observedIn(report: Report, derived: readonly Reading[], isFresh: boolean): readonly Observed[] {
  return [...report.readings, ...derived].map((reading) => ({
    reading: isFresh ? reading : { ...reading, value: null, unknown: STALE },
    observedAt: report.startedAt,
  }));
}

function ageReading(watch: Watch, now: string): Observed {
  const signal = 'monitor.report.age_intervals';
  return {
    reading: { signal, target: watch.target.id, value: watch.ageIntervals, at: now },
    observedAt: now,
  };
}

/** It rests on the report and not on now: looking twice at one report must not count as two bad reports. */
function unreadableReading({ target, reports, speaker, silence, blindness }: Watch, now: string): Observed {
  const at = (speaker ?? reports.at(-1))?.startedAt ?? now;
  const reading = { signal: 'monitor.report.unreadable', target: target.id, at };
  if (silence !== null) return { reading: { ...reading, value: null, unknown: silence }, observedAt: at };
  if (blindness === null) return { reading: { ...reading, value: 0 }, observedAt: at };
  return { reading: { ...reading, value: 1, labels: { reason: blindness.reason } }, observedAt: at };
}

/**
 * Puts together what a target's reports say, what follows from them, what AWS vends of it, and what the monitor sees of its own probing. Of
 * a signal that several reports hold (whether the target is up, every probe says), the newest one's reading counts.
 */
export function observe(
  watch: Watch,
  derivedFrom: (report: Report) => readonly Reading[],
  vended: readonly Reading[],
  now: string,
): Observation {
  const observed = [
    ...watch.reports.flatMap((r) => observedIn(r, derivedFrom(r), watch.fresh.includes(r))),
    ...vended.map((reading) => ({ reading, observedAt: reading.at })),
    ageReading(watch, now),
    unreadableReading(watch, now),
  ];
  return {
    target: watch.target,
    facts: Object.assign({}, ...watch.fresh.map((r) => r.facts)),
    readings: [...new Map(observed.map((o) => [readingKey(o.reading), o])).values()],
    forecasts: [],
  };
}

/** A hundred rules ask a hundred readings for one signal after the other: they are sorted by signal once. */
const SORTED = new WeakMap<readonly Observed[], ReadonlyMap<string, readonly Observed[]>>();

function bySignal({ readings }: Observation): ReadonlyMap<string, readonly Observed[]> {
  const sorted = SORTED.get(readings) ?? Map.groupBy(readings, (o) => o.reading.signal);
  SORTED.set(readings, sorted);
  return sorted;
}

/** What was observed of a signal, known or not. */
export const observedOf = (observation: Observation, signal: string): readonly Observed[] =>
  bySignal(observation).get(signal) ?? [];

/** Every reading of a signal, known or not. */
export const readingsOf = (observation: Observation, signal: string): readonly Reading[] =>
  observedOf(observation, signal).map((o) => o.reading);

/** The value of a signal that has one reading, or why there is none. */
export function onlyValue(observation: Observation, signal: string): number | Unknown {
  const [reading, another] = readingsOf(observation, signal);
  if (reading === undefined) return { reason: 'not-collected', detail: `no probe read ${signal}` };
  if (another !== undefined) return { reason: 'invalid', detail: `${signal} has several readings` };
  return reading.value ?? reasonOf(reading);
}
