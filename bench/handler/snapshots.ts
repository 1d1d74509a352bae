import { assess } from '../../lib/assess/assess.ts';
import type { AssessState } from '../../lib/model/assessment.ts';
import type { Report } from '../../lib/model/report.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { largeInstallation, playedFor, vendedAt } from '../assess/installation.ts';

const START = Date.parse('2026-11-21T08:00:00.000Z');
const MINUTE_MS = 60_000;
/** With their readings and facts they make a snapshot of somewhat over 200 KB. */
const COUNTS = { postgres: 2, redis: 2, prefect: 1 } as const;

/** What is wrong, so that the snapshot holds findings, a root cause and incidents beside what is well. */
const TROUBLE: Readonly<Record<string, number>> = {
  'postgres.connections.used_percent': 86,
  'postgres.blocked.sessions': 12,
  'postgres.blocked.longest_wait_seconds': 90,
  'redis.memory.used_percent': 96,
  'redis.persistence.failing': 1,
  'prefect.ready': 0,
};

const troubled = (report: Report): Report => ({
  ...report,
  readings: report.readings.map((reading) => {
    const value = TROUBLE[reading.signal];
    if (value === undefined) return reading;
    const { unknown: _, ...known } = reading;
    return { ...known, value };
  }),
});

/** The snapshots of so many minutes of an installation in trouble, from real reports; no two are the same. */
export function snapshotsOf(minutes: number): readonly Snapshot[] {
  const installation = largeInstallation(COUNTS);
  const play = playedFor(installation, troubled);
  const snapshots: Snapshot[] = [];
  let previous: AssessState | null = null;
  for (let minute = 0; minute < minutes; minute++) {
    const at = new Date(START + minute * MINUTE_MS).toISOString();
    const reports = play(minute, at);
    const vended = vendedAt(installation, minute - (minute % 5), at);
    const now = new Date(Date.parse(at) + 9000);
    const assessment = assess({ installation, reports, vended, previous, now, version: 'bench' });
    previous = assessment.state;
    snapshots.push(assessment.snapshot);
  }
  return snapshots;
}
