import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { player } from '../../bench/player.ts';
import { RecordingSchema } from '../../bench/recording.ts';
import { assess } from '../../lib/assess/assess.ts';
import type { AssessState } from '../../lib/model/assessment.ts';
import type { Report } from '../../lib/model/report.ts';
import { installation } from './builders.ts';

/** What `npm run bench -- healthy --record` wrote while nothing was wrong: a real Prefect with flows running in it. */
const FILE = join(import.meta.dirname, '../recorded/healthy.jsonl');
const LINES = readFileSync(FILE, 'utf8').trimEnd().split('\n');
const RECORDING = v.parse(
  RecordingSchema,
  LINES.map((line) => JSON.parse(line)),
);
const MINUTELY = RECORDING.filter((track) => track.tier === 'minute');
const QUARTERLY = RECORDING.filter((track) => track.tier === 'quarter-hour');

const ROUNDS = 2000;
const START = Date.parse('2026-11-21T08:00:00.000Z');
const MINUTE_MS = 60_000;
const QUARTER = 15;

const watched = installation({
  name: 'local',
  redis: [{ name: 'main', host: 'redis.internal' }],
  services: [{ name: 'server', metricsUrl: 'http://prefect.internal:4201/metrics' }],
  entrances: [{ name: 'api', url: 'http://prefect.internal:4200', serves: 'api' }],
});

/** How late a probe starts and how late its report is assessed, in milliseconds, and whether it may be lost. */
const jitter = fc.record({
  startMs: fc.integer({ min: 0, max: 5000 }),
  assessMs: fc.integer({ min: 6000, max: 25_000 }),
  isLost: fc.integer({ min: 0, max: 40 }).map((n) => n === 0),
});

it('is recorded of every target, for minutes on end', () => {
  expect(MINUTELY.map((t) => t.kind).toSorted()).toEqual([
    'network',
    'postgres',
    'prefect',
    'redis',
    'service',
  ]);
  expect(Math.min(...MINUTELY.map((t) => t.startedAt.length))).toBeGreaterThanOrEqual(10);
});

it(`a healthy installation gives nothing above information and foresees nothing in ${ROUNDS} rounds, however late its probes`, {
  timeout: 180_000,
}, () => {
  const minutely = MINUTELY.map(player);
  const quarterly = QUARTERLY.map(player);
  const clocks = fc.sample(jitter, { numRuns: ROUNDS, seed: 20_261_121 });
  const newest = new Map<string, Report>();
  const told = new Set<string>();
  let state: AssessState | null = null;
  let judged = 0;
  let wasLost = false;

  for (const [round, { startMs, assessMs, isLost }] of clocks.entries()) {
    const began = START + round * MINUTE_MS;
    // Two in a row would be silence, which is told.
    const isLostNow: boolean = isLost && !wasLost && round > 0;
    wasLost = isLostNow;
    const due = [
      ...(isLostNow ? [] : minutely.map((play) => play(round, new Date(began + startMs).toISOString()))),
      ...(round % QUARTER === 0
        ? quarterly.map((play) => play(round / QUARTER, new Date(began + startMs).toISOString()))
        : []),
    ];
    for (const report of due) newest.set(`${report.target} ${report.tier}`, report);
    const assessment = assess({
      installation: watched,
      reports: [...newest.values()],
      vended: null,
      previous: state,
      now: new Date(began + assessMs),
      version: 'test',
    });
    state = assessment.state;
    if (assessment.snapshot.status === 'healthy') judged++;
    for (const { id, target, severity, evidence } of assessment.snapshot.findings) {
      if (severity !== 'info') told.add(`${id}@${target}: ${evidence[0]?.text}`);
    }
    for (const { signal, target } of assessment.snapshot.forecasts)
      told.add(`foreseen: ${signal} of ${target}`);
    for (const change of assessment.changes) {
      if (change.incident.severity !== 'info') told.add(`told: ${change.incident.finding.id}`);
    }
  }
  expect([...told]).toEqual([]);
  expect(judged).toBe(ROUNDS);
});
