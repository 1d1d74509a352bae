import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Table from 'cli-table3';
import { pythonEnvironment } from '../local/parts/python.ts';
import type { Supervisor } from '../local/parts/supervisor.ts';
import { recordingOf } from './recording.ts';
import { installed } from './releases/installed.ts';
import { RELEASES, UnknownRelease } from './releases/releases.ts';
import { type Seen, see } from './releases/see.ts';

/** The one that everything else here runs on. */
const PINNED = '3.8.8';

export interface ReleasesOptions {
  /** Only these; all that are listed when empty. */
  readonly releases: readonly string[];
  /** A folder for what was seen of each, to be tested against. */
  readonly record?: string;
}

const seconds = (value: number | null, otherwise: string) =>
  value === null ? otherwise : `${value.toFixed(0)} s`;

const has = (seen: Seen, field: string) => {
  const all = Object.values(seen.shape.tasks);
  return `${all.filter((fields) => fields.includes(field)).length} of ${all.length}`;
};

/** What could not be read of Redis although Prefect says that it should be there. */
function unknownIn({ reports, shape }: Seen): string {
  const redis = reports.filter((r) => r.kind === 'redis').flatMap((r) => r.readings);
  const expected = redis.filter(
    ({ signal, labels, value }) =>
      value === null && signal.startsWith('redis.perpetual.') && (labels?.service ?? '') in shape.tasks,
  );
  return [...new Set(expected.map((r) => r.signal.replace('redis.perpetual.', '')))].join(', ') || 'none';
}

const ROWS: readonly (readonly [title: string, of: (seen: Seen) => string])[] = [
  ['pydocket', ({ packages }) => packages.pydocket ?? ''],
  ['prefect-redis', ({ packages }) => packages['prefect-redis'] ?? ''],
  ['status', ({ snapshot }) => snapshot.status],
  [
    'findings above information',
    ({ snapshot }) => String(snapshot.findings.filter((f) => f.severity !== 'info').length),
  ],
  ['periodic services', ({ shape }) => String(Object.keys(shape.tasks).length)],
  [
    'of them healthy',
    ({ snapshot }) => String(snapshot.services.perpetual.filter((s) => s.status === 'healthy').length),
  ],
  [
    'with a run that was heard to end',
    ({ snapshot }) => String(snapshot.services.perpetual.filter((s) => s.last_duration_ms !== null).length),
  ],
  ['with started_at', (seen) => has(seen, 'started_at')],
  ['with generation', (seen) => has(seen, 'generation')],
  ['of those in docket, unknown', unknownIn],
  [
    'healthy consumers',
    ({ snapshot }) => String(snapshot.services.consumer.filter((s) => s.status === 'healthy').length),
  ],
  ['groups on events', ({ shape }) => (shape.groups.events ?? []).join('\n')],
  ['a lost task is put back after', ({ reseededSeconds }) => seconds(reseededSeconds, 'not in 80 s')],
  ['frozen services are found after', ({ frozenFoundSeconds }) => seconds(frozenFoundSeconds, 'never')],
];

async function write(folder: string, { release, packages, shape, reports }: Seen): Promise<void> {
  const services = reports.filter((r) => r.tier === 'minute' && ['redis', 'prefect'].includes(r.kind));
  await mkdir(folder, { recursive: true });
  const recorded = { release, packages, shape, recording: recordingOf(services) };
  await writeFile(join(folder, `${release}.jsonl`), `${JSON.stringify(recorded)}\n`);
}

/**
 * Runs whole installations of several releases of Prefect, one after the other, and tells what of the probes holds for
 * each. @throws UnknownRelease
 */
export async function compareReleases(
  supervisor: Supervisor,
  { releases, record }: ReleasesOptions,
  progress: (text: string) => void,
): Promise<string> {
  const tools = await pythonEnvironment(supervisor, () => {});
  const known = [...RELEASES.map((r) => r.prefect), PINNED];
  const all: Seen[] = [];
  for (const name of releases.length > 0 ? releases : known) {
    const release = RELEASES.find((r) => r.prefect === name);
    if (release === undefined && name !== PINNED) throw new UnknownRelease(name);
    progress(`Prefect ${name}: installing, running and looking`);
    const python = release === undefined ? tools : await installed(supervisor, release);
    const seen = await see(supervisor, python, tools);
    if (record !== undefined) await write(record, seen);
    all.push(seen);
  }
  const table = new Table({
    head: ['', ...all.map((s) => s.release)],
    style: { head: [], border: [] },
  });
  for (const [title, of] of ROWS) table.push([title, ...all.map(of)]);
  return String(table);
}
