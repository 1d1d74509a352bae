import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { foreseeable } from '../../lib/catalogue/forecasts.ts';
import { parseConfig } from '../../lib/config/define.ts';
import type { InstallationConfig } from '../../lib/config/schema.ts';
import { targetsOf } from '../../lib/config/targets.ts';
import type { VendedReadings } from '../../lib/model/assessment.ts';
import type { Report } from '../../lib/model/report.ts';
import { ROOT } from '../../local/parts/places.ts';
import { RecordingSchema, reportsIn } from '../recording.ts';

/** How many targets of each kind for which real reports were recorded. */
type Counts = Readonly<Record<'postgres' | 'redis' | 'prefect', number>>;
const COUNTS: Counts = { postgres: 6, redis: 8, prefect: 6 };
const RECORDED = join(ROOT, 'test/recorded/healthy.jsonl');
const GIB = 1024 ** 3;

const names = (count: number) => Array.from({ length: count }, (_, n) => `t${n}`);

/** Twenty targets unless told otherwise: databases and Redis with what AWS vends of them, and Prefect servers. */
export function largeInstallation(counts: Counts = COUNTS): InstallationConfig {
  const [installation] = parseConfig({
    installations: [
      {
        name: 'large',
        postgres: names(counts.postgres).map((name) => ({
          name,
          host: `${name}.internal`,
          database: 'prefect',
          user: 'vitals',
          rds: { instance: name, storageGiB: 100 },
        })),
        redis: names(counts.redis).map((name) => ({ name, host: `${name}.internal` })),
        prefect: names(counts.prefect).map((name) => ({ name, apiUrl: `http://${name}.internal:4200/api` })),
      },
    ],
  }).installations;
  if (installation === undefined) throw new Error('the configuration has no installation');
  return installation;
}

/** No two targets are alike to the last digit, nor two minutes: else their past would pack into that of one. */
const unlike = (value: number, target: string, minute: number): number =>
  value * (1 + 0.01 * Math.sin(minute * minute + Number(target.match(/\d+$/)?.[0] ?? 0)));

/** What every probe of the installation brings back in a minute. */
export type Play = (minute: number, startedAt: string) => readonly Report[];

/** The real reports of a healthy installation, played again for each target; `change` may make something of them. */
export function playedFor(
  installation: InstallationConfig,
  change: (report: Report, minute: number) => Report,
): Play {
  const lines = readFileSync(RECORDED, 'utf8').trimEnd().split('\n');
  const tracks = v
    .parse(
      RecordingSchema,
      lines.map((line) => JSON.parse(line)),
    )
    .map((track) => ({ kind: track.kind, reports: reportsIn(track) }));
  const played = targetsOf(installation).flatMap(({ id, kind }) =>
    tracks.filter((track) => track.kind === kind).map(({ reports }) => ({ id, reports })),
  );
  return (minute, startedAt) =>
    played.flatMap(({ id, reports }) => {
      const report = reports[minute % reports.length];
      if (report === undefined) return [];
      const own = change({ ...report, installation: installation.name, target: id, startedAt }, minute);
      const readings = own.readings.map((r) => ({
        ...r,
        target: id,
        at: startedAt,
        ...(r.value !== null && foreseeable(r.signal) && { value: unlike(r.value, id, minute) }),
      }));
      return [{ ...own, readings }];
    });
}

/** A disk that loses a little every minute, never twice the same. */
export function vendedAt(installation: InstallationConfig, minute: number, at: string): VendedReadings {
  return {
    askedAt: at,
    readings: installation.postgres.flatMap(({ name }) => {
      const reading = { target: `postgres/${name}`, at };
      const free = unlike(60 - minute / 100, name, minute) * GIB;
      return [
        { ...reading, signal: 'postgres.storage.free_bytes', value: free },
        { ...reading, signal: 'postgres.storage.free_percent', value: free / GIB },
        { ...reading, signal: 'postgres.cpu.used_percent', value: 20 },
      ];
    }),
  };
}
