import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Table from 'cli-table3';
import { scanLog } from '../lib/probe/logs/scan.ts';
import { ROOT } from '../local/parts/places.ts';

const BYTES = 50 * 1024 * 1024;
/** What comes out of a socket at a time. */
const CHUNK_BYTES = 64 * 1024;
const RUNS = 5;
const CPU_MS_MAX = 1000;
/** What a scan may keep beside the chunk at hand, as heap and buffers after a collection. */
const KEPT_MIB_MAX = 8;
const FIXTURES = join(ROOT, 'test', 'fixtures', 'logs');
/** One line in so many is followed by a log in which something went wrong. */
const LINES_BETWEEN_FAULTS = 4000;

/** The lines of a quiet installation, of every format. */
const QUIET: readonly ((n: number) => string)[] = [
  (n) =>
    `04:12:03.258 | INFO    | uvicorn.access - 127.0.0.1:${50_000 + (n % 9999)} - "GET /api/work_pools/local/queues?limit=200 HTTP/1.1" 200`,
  (n) =>
    `04:10:49.388 | INFO    | Flow run 'lemon-salamander-${n}' - Deployment step 'set_working_directory' completed`,
  (n) =>
    `{"name":"prefect.server.services.scheduler","msg":"Scheduled %s runs.","args":[${n}],"levelname":"INFO","levelno":20,"process":1,"threadName":"MainThread","created":1795234188.31}`,
];

/** 50 MB of what pods print, with Kubernetes's times, in chunks. */
function mixedLog(): readonly Buffer[] {
  const faults = readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.log'))
    .map((name) => readFileSync(join(FIXTURES, name), 'utf8').trimEnd().split('\n'));
  const stamp = (n: number) => `2026-11-21T04:05:${String(n % 60).padStart(2, '0')}.123456789Z `;
  const log = Buffer.allocUnsafe(BYTES);
  let end = 0;
  for (let n = 0; end < BYTES; n++) {
    const fault =
      n % LINES_BETWEEN_FAULTS === 0 ? (faults[(n / LINES_BETWEEN_FAULTS) % faults.length] ?? []) : [];
    const quiet = QUIET[n % QUIET.length]?.(n) ?? '';
    for (const line of [...fault, quiet]) end += log.write(`${stamp(n >> 12)}${line}\n`, end);
  }
  return Array.from({ length: BYTES / CHUNK_BYTES }, (_, i) =>
    log.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES),
  );
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function keptMib(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

interface Run {
  readonly cpuMs: number;
  readonly elapsedMs: number;
  readonly keptMib: number;
  readonly events: number;
  readonly signatures: number;
}

function run(chunks: readonly Buffer[]): Run {
  const before = keptMib();
  const [began, used] = [performance.now(), process.cpuUsage()];
  const scan = scanLog({ from: 0, to: Number.MAX_SAFE_INTEGER });
  for (const chunk of chunks) scan.push(chunk);
  const { user, system } = process.cpuUsage(used);
  const elapsedMs = performance.now() - began;
  const kept = keptMib() - before;
  const { events, sightings } = scan.end();
  return { cpuMs: (user + system) / 1000, elapsedMs, keptMib: kept, events, signatures: sightings.length };
}

/**
 * How long a scan of 50 MB takes, and how much it keeps. It is judged by the processor's time: what else runs on the
 * machine is none of its doing. The exit code is 1 when it takes or keeps more than it may.
 */
export function measureLogs(progress: (text: string) => void): string {
  progress('writing 50 MB of logs');
  const chunks = mixedLog();
  progress('scanning them');
  run(chunks);
  const runs = Array.from({ length: RUNS }, () => run(chunks)).toSorted((a, b) => a.cpuMs - b.cpuMs);
  const median = runs[Math.floor(RUNS / 2)] ?? runs[0];
  if (median === undefined) throw new Error('nothing was measured');
  const table = new Table({ head: ['', 'measured', 'at most'], style: { head: [], border: [] } });
  table.push(
    ['processor time, median ms', median.cpuMs.toFixed(0), CPU_MS_MAX],
    ['elapsed, median ms', median.elapsedMs.toFixed(0), ''],
    ['kept after 50 MB, MiB', median.keptMib.toFixed(1), KEPT_MIB_MAX],
    ['events', median.events, ''],
    ['signatures found', median.signatures, ''],
  );
  if (median.cpuMs > CPU_MS_MAX || median.keptMib > KEPT_MIB_MAX) process.exitCode = 1;
  return String(table);
}
