import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import Table from 'cli-table3';
import type { Finding } from '../lib/model/finding.ts';
import type { Report } from '../lib/model/report.ts';
import { stateFolder } from '../local/parts/places.ts';
import { pythonEnvironment } from '../local/parts/python.ts';
import type { Supervisor } from '../local/parts/supervisor.ts';
import { startSampleWork } from '../local/parts/worker.ts';
import { Rounds, watchOf } from '../local/rounds.ts';
import { startSample } from '../local/sample.ts';
import { recordingOf } from './recording.ts';

const MINUTE_MS = 60_000;
const QUARTER_MINUTES = 15;

export interface HealthyOptions {
  readonly minutes: number;
  /** A file for the reports, one line a probe, to be replayed. */
  readonly record?: string;
}

/** What is told of an installation nothing is wrong with. */
export interface HealthyResult {
  readonly text: string;
  readonly alarms: number;
}

/**
 * Watches a whole installation, flows running in it, for some minutes as it would be watched deployed. Whatever is found
 * above information is wrong of us: nothing is wrong with it.
 */
export async function watchHealthy(
  supervisor: Supervisor,
  { minutes, record }: HealthyOptions,
  progress: (text: string) => void,
): Promise<HealthyResult> {
  progress('starting PostgreSQL, Valkey, Prefect and a worker');
  const python = await pythonEnvironment(supervisor, () => {});
  const sample = await startSample(supervisor, python, 'bench');
  await startSampleWork(supervisor, {
    python,
    prefect: sample.prefect,
    folder: stateFolder('bench', 'worker'),
  });

  const rounds = new Rounds(watchOf(sample));
  const began = Date.now();
  const reports: Report[] = [];
  const alarms: (Finding & { readonly minute: number })[] = [];
  for (let minute = 0; minute <= minutes; minute++) {
    await pause(Math.max(0, began + minute * MINUTE_MS - Date.now()), undefined, {
      signal: supervisor.signal,
    });
    const isQuarter = minute % QUARTER_MINUTES === 0;
    const round = await rounds.look(isQuarter ? ['minute', 'quarter-hour'] : ['minute']);
    const found = round.snapshot.findings.filter((f) => f.severity !== 'info');
    alarms.push(...found.map((finding) => ({ ...finding, minute })));
    reports.push(...round.reports);
    progress(`minute ${minute} of ${minutes}: ${round.snapshot.status}, ${found.length} findings`);
  }
  if (record !== undefined) {
    const lines = recordingOf(reports).map((track) => `${JSON.stringify(track)}\n`);
    await writeFile(record, lines.join(''));
  }

  const rows = new Table({ head: ['minute', 'finding', 'evidence'], style: { head: [], border: [] } });
  for (const { minute, id, target, severity, evidence } of alarms) {
    rows.push([minute, `${id}@${target} (${severity})`, evidence.map((e) => e.text).join('\n')]);
  }
  const errors = reports.flatMap((r) => r.errors).length;
  const text = `${minutes + 1} rounds in ${minutes} minutes: ${alarms.length} findings above information, ${errors} collectors failed`;
  return { text: alarms.length === 0 ? text : `${rows}\n${text}`, alarms: alarms.length + errors };
}
