import { memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Table from 'cli-table3';
import * as v from 'valibot';
import { assess } from '../lib/assess/assess.ts';
import type { AssessInput } from '../lib/assess/input.ts';
import { targetsOf } from '../lib/config/targets.ts';
import { type AssessState, AssessStateSchema } from '../lib/model/assessment.ts';
import type { Report } from '../lib/model/report.ts';
import { pack, unpack } from '../lib/store/document.ts';
import { largeInstallation, playedFor, vendedAt } from './assess/installation.ts';
import { writtenBy } from './assess/written.ts';
import { shown, timed } from './timing.ts';

const MINUTES = 24 * 60;
const RUNS = 50;
const START = Date.parse('2026-11-21T08:00:00.000Z');
const MINUTE_MS = 60_000;
const MEBIBYTE = 1024 ** 2;
const KIBIBYTE = 1024;
const BOUND = { ms: 20, bytes: 64 * MEBIBYTE, readBytes: 64 * KIBIBYTE, items: 3 };

/** What makes a report one of a target in trouble, ever worse. */
const TROUBLE: Readonly<Record<string, (minute: number) => number>> = {
  'postgres.connections.used_percent': (minute) => 81 + minute / 100 + Math.sin(minute),
  'postgres.blocked.sessions': () => 12,
  'postgres.blocked.longest_wait_seconds': () => 90,
  'postgres.select_ms': () => 2000,
  'redis.memory.limit_bytes': () => 100 * MEBIBYTE,
  'redis.memory.used_percent': (minute) => 76 + minute / 100 + Math.sin(minute),
  'redis.docket.backlog': (minute) => 120 + minute,
  'redis.persistence.failing': () => 1,
  'prefect.ready': () => 0,
};

const troubled = (report: Report, minute: number): Report => ({
  ...report,
  readings: report.readings.map((reading) => {
    const value = TROUBLE[reading.signal]?.(minute);
    if (value === undefined) return reading;
    const { unknown: _, ...known } = reading;
    return { ...known, value };
  }),
});

/** The state as it is after it was stored. */
const stored = (state: AssessState): AssessState => unpack(AssessStateSchema, pack(state));

const collect = (): void => {
  setFlagsFromString('--expose-gc');
  v.parse(v.function(), runInNewContext('gc'))();
};

interface Measured {
  readonly medianMs: number;
  readonly maxMs: number;
  readonly bytes: number;
  readonly stateBytes: number;
  readonly items: number;
  readonly findings: number;
  readonly forecasts: number;
}

async function measured(change: (report: Report, minute: number) => Report): Promise<Measured> {
  const installation = largeInstallation();
  const play = playedFor(installation, change);
  const inputAt = (minute: number, previous: AssessState | null): AssessInput => {
    const at = new Date(START + minute * MINUTE_MS).toISOString();
    return {
      installation,
      reports: play(minute, at),
      vended: vendedAt(installation, minute - (minute % 5), at),
      previous,
      now: new Date(START + minute * MINUTE_MS + 9000),
      version: 'bench',
    };
  };
  let state: AssessState | null = null;
  for (let minute = 0; minute < MINUTES; minute++) state = assess(inputAt(minute, state)).state;
  if (state === null) throw new Error('nothing was assessed');
  const input = inputAt(MINUTES, stored(state));

  const { medianMs, maxMs } = await timed(RUNS, async () => {
    assess(input);
  });
  collect();
  const idle = memoryUsage().heapUsed;
  const last = assess(input);
  const bytes = memoryUsage().heapUsed - idle;
  const { snapshot } = last;
  return {
    medianMs,
    maxMs,
    bytes,
    stateBytes: pack(last.state).byteLength,
    items: (await writtenBy(last, input.now)).length,
    findings: snapshot.findings.length,
    forecasts: snapshot.forecasts.length,
  };
}

/**
 * One assessment of twenty targets with a day behind it, when all is well and when nothing is. Without I/O: of the table
 * it reads the state beside the reports.
 */
export async function measureAssess(
  progress: (text: string) => void,
): Promise<{ readonly text: string; readonly isWithinBound: boolean }> {
  const rows = new Table({
    head: ['', 'findings', 'forecasts', 'median ms', 'max ms', 'heap MiB', 'state KiB', 'items written'],
    style: { head: [], border: [] },
  });
  const results: Measured[] = [];
  for (const [name, change] of [
    ['healthy', (report: Report) => report],
    ['everything in trouble', troubled],
  ] as const) {
    progress(`a day of ${targetsOf(largeInstallation()).length} targets, ${name}`);
    const m = await measured(change);
    results.push(m);
    rows.push([
      name,
      m.findings,
      m.forecasts,
      shown(m.medianMs),
      shown(m.maxMs),
      (m.bytes / MEBIBYTE).toFixed(1),
      (m.stateBytes / KIBIBYTE).toFixed(1),
      m.items,
    ]);
  }
  const isWithinBound = results.every(
    (m) =>
      m.medianMs < BOUND.ms &&
      m.bytes < BOUND.bytes &&
      m.stateBytes <= BOUND.readBytes &&
      m.items <= BOUND.items,
  );
  const bounds = `bounds: ${BOUND.ms} ms, ${BOUND.bytes / MEBIBYTE} MiB, ${BOUND.readBytes / KIBIBYTE} KiB read, ${BOUND.items} items`;
  return { text: `${rows}\n${bounds}`, isWithinBound };
}
