import { readingKey } from '../lib/assess/readings.ts';
import { SIGNALS } from '../lib/catalogue/signals/index.ts';
import type { Reading } from '../lib/model/reading.ts';
import type { Report } from '../lib/model/report.ts';
import { reportsIn, type Track } from './recording.ts';

const MINUTE_SECONDS = 60;

/** Counters grow on, and what tells of a restart lives on, while the recorded minutes are played again and again. */
const LIVES = new Set(SIGNALS.flatMap((s) => (s.derivation?.how === 'restart' ? [s.derivation.of] : [])));
const COUNTERS = new Set(SIGNALS.filter((s) => s.nature === 'counter').map((s) => s.id));

/** By how much each growing value is higher every time the recording starts again. */
function growthOf(reports: readonly Report[]): ReadonlyMap<string, number> {
  const first = new Map((reports[0]?.readings ?? []).map((r) => [readingKey(r), r.value]));
  /** A single report says nothing of what grows: it is as if nothing did. */
  const minutes = reports.length - 1;
  return new Map(
    (reports.at(-1)?.readings ?? []).flatMap((reading) => {
      const { signal, value } = reading;
      const key = readingKey(reading);
      if (LIVES.has(signal)) return [[key, reports.length * MINUTE_SECONDS] as const];
      const start = first.get(key);
      if (!COUNTERS.has(signal) || value === null || typeof start !== 'number' || minutes === 0) return [];
      return [[key, ((value - start) / minutes) * reports.length] as const];
    }),
  );
}

/** A probe whose reports never end: those recorded, again and again, moved to another time. */
export function player(track: Track): (round: number, startedAt: string) => Report {
  const recorded = reportsIn(track);
  const growth = growthOf(recorded);
  return (round, startedAt) => {
    const report = recorded[round % recorded.length];
    if (report === undefined) throw new RangeError(`nothing is recorded of ${track.target}`);
    const cycle = Math.floor(round / recorded.length);
    const grown = (r: Reading) => cycle * (growth.get(readingKey(r)) ?? 0);
    return {
      ...report,
      startedAt,
      readings: report.readings.map((r) => ({
        ...r,
        at: startedAt,
        ...(r.value !== null && { value: r.value + grown(r) }),
      })),
    };
  };
}
