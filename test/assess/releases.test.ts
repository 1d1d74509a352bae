import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { RecordingSchema, reportsIn } from '../../bench/recording.ts';
import { assess } from '../../lib/assess/assess.ts';
import { CONSUMER_SERVICES } from '../../lib/catalogue/prefect/services.ts';
import type { Report } from '../../lib/model/report.ts';
import { pickSettings } from '../../lib/probe/prefect/settings.ts';
import { installation } from './builders.ts';

/** What `npm run bench -- releases --record` saw of each release that really ran. */
const Recorded = v.object({
  release: v.string(),
  shape: v.object({
    settings: v.unknown(),
    tasks: v.record(v.string(), v.array(v.string())),
    groups: v.record(v.string(), v.array(v.string())),
  }),
  recording: RecordingSchema,
});

const FOLDER = join(import.meta.dirname, '../recorded/releases');
const RELEASES = readdirSync(FOLDER).map((file) =>
  v.parse(Recorded, JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))),
);

const watched = installation({
  name: 'local',
  postgres: [],
  redis: [{ name: 'main', host: 'redis.internal' }],
});
const snapshotOf = (reports: readonly Report[]) =>
  assess({
    installation: watched,
    reports,
    vended: null,
    previous: null,
    now: new Date(Math.max(...reports.map((r) => Date.parse(r.startedAt))) + 1000),
    version: 'test',
  }).snapshot;

const SHIFTS: Readonly<Record<string, number>> = {
  'redis.perpetual.last_start_age_seconds': 1,
  'redis.perpetual.next_due_seconds': -1,
};
/** As if every periodic service had stood still for as long, since it was looked at. */
const stoodStill = (report: Report, seconds: number): Report => ({
  ...report,
  readings: report.readings.map((r) =>
    r.value === null ? r : { ...r, value: r.value + seconds * (SHIFTS[r.signal] ?? 0) },
  ),
});

it('is recorded of releases of four minor versions', () => {
  expect(new Set(RELEASES.map((r) => r.release.split('.')[1]))).toEqual(new Set(['6', '7', '8', '9']));
});

describe.each(RELEASES)('Prefect $release', ({ shape, recording }) => {
  const reports = recording.flatMap(reportsIn);
  const tasks = Object.keys(shape.tasks).toSorted();
  const late = Object.entries(pickSettings(shape.settings).perpetual)
    .filter(([name, { interval_seconds }]) => tasks.includes(name) && interval_seconds <= 60)
    .map(([name]) => name);

  it('runs just those periodic services that its settings and its release let one expect', () => {
    const { services } = snapshotOf(reports);
    expect(services.perpetual.map((s) => s.name).toSorted()).toEqual(tasks);
    expect(services.perpetual.map((s) => s.status)).toEqual(tasks.map(() => 'healthy'));
  });

  it('has a group for each consumer that is on', () => {
    const { services } = snapshotOf(reports);
    const groups = Object.values(shape.groups).flat();
    const there = CONSUMER_SERVICES.filter((s) => groups.includes(s.group)).map((s) => s.name);
    expect(services.consumer.map((s) => s.name)).toEqual(there);
    expect(services.consumer.map((s) => s.status)).toEqual(there.map(() => 'healthy'));
  });

  it('gives no finding but hints, and leaves no rule about its services unjudged that one look can judge', () => {
    const { findings, monitor } = snapshotOf(reports);
    expect(findings.filter((f) => f.severity !== 'info')).toEqual([]);
    const unjudged = monitor.unevaluated.filter((u) => u.reason !== 'needs-two-probes').map((u) => u.finding);
    const ofServices = unjudged.filter((id) => /^(docket|perpetual|consumer|dead)-/.test(id));
    // Recorded before anybody asked whether the password shows.
    expect(ofServices.filter((id) => id !== 'docket-password-exposed')).toEqual([]);
  });

  it('is found to have stopped, whether or not its docket says when a task began', () => {
    expect(late.length).toBeGreaterThanOrEqual(8);
    const { findings, services } = snapshotOf(reports.map((r) => stoodStill(r, 400)));
    const stopped = findings.find((f) => f.id === 'perpetual-stopped');
    expect(stopped?.evidence.map((e) => e.text.split(' ')[0]).toSorted()).toEqual(
      expect.arrayContaining(late.toSorted()),
    );
    const judged = services.perpetual.filter((s) => late.includes(s.name));
    expect(judged.map((s) => s.status)).toEqual(late.map(() => 'error'));
  });
});
