import { cpuUsage, memoryUsage } from 'node:process';
import Table from 'cli-table3';
import { ExpositionReader } from '../lib/probe/exposition/reader.ts';
import { CONVENTIONS } from '../lib/probe/service/conventions.ts';
import { Tally } from '../lib/probe/service/tally.ts';
import { shown, timed } from './timing.ts';

const LINES = 200_000;
const BOUNDS = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf'];
const RUNS = 9;
const CHUNK_BYTES = 64 * 1024;
const MEBIBYTE = 1024 * 1024;
/** Of the processor's time: what else runs on the machine lengthens the rest. */
const BOUND = { processorMs: 150, grownBytes: 64 * MEBIBYTE } as const;

/** One route in six is of the service, as its library writes it; the others are families nobody asks for. */
function exposition(): Buffer {
  const lines: string[] = [];
  for (let route = 0; lines.length < LINES; route++) {
    const isWanted = route % 6 === 0;
    const labels = `handler="/r/${route}",method="POST"`;
    const family = isWanted ? 'http_request_duration_seconds' : 'db_time_seconds';
    const rest = isWanted ? labels : `t="t${route % 50}"`;
    lines.push(`# TYPE ${family} histogram`);
    lines.push(`${isWanted ? 'http_requests' : 'db_rows'}_total{${rest}} ${route * 17}`);
    for (const [i, le] of BOUNDS.entries()) lines.push(`${family}_bucket{${rest},le="${le}"} ${route * i}`);
    lines.push(`${family}_sum{${rest}} ${route * 3.75}`, `${family}_count{${rest}} ${route * 11}`);
  }
  return Buffer.from(`${lines.slice(0, LINES).join('\n')}\n`);
}

function read(text: Buffer): { readonly taken: number; readonly peakBytes: number } {
  const tally = new Tally(CONVENTIONS);
  const reader = new ExpositionReader(tally.wanted, (sample) => tally.add(sample));
  let peakBytes = 0;
  for (let at = 0; at < text.byteLength; at += CHUNK_BYTES) {
    reader.write(text.subarray(at, at + CHUNK_BYTES));
    if (at % (16 * CHUNK_BYTES) === 0) peakBytes = Math.max(peakBytes, memoryUsage().rss);
  }
  const { taken, bad } = reader.end();
  if (bad > 0 || tally.durations === null) throw new Error('the exposition was not read');
  return { taken, peakBytes: Math.max(peakBytes, memoryUsage().rss) };
}

/** How long a large exposition takes to read, and by how much the process grows over it. */
export async function measureExposition(): Promise<{
  readonly text: string;
  readonly isWithinBound: boolean;
}> {
  const text = exposition();
  const before = memoryUsage().rss;
  let peak = before;
  let taken = 0;
  const processorMs: number[] = [];
  const timing = await timed(RUNS, async () => {
    const used = cpuUsage();
    const result = read(text);
    const { user, system } = cpuUsage(used);
    processorMs.push((user + system) / 1000);
    peak = Math.max(peak, result.peakBytes);
    taken = result.taken;
  });
  const median = processorMs.toSorted((a, b) => a - b)[RUNS >> 1] ?? Number.NaN;
  const grown = peak - before;
  const rows = new Table({
    head: ['lines', 'MB', 'taken', 'min ms', 'median ms', 'max ms', 'processor ms', 'grown MiB', 'bound'],
    style: { head: [], border: [] },
  });
  rows.push([
    LINES,
    (text.byteLength / 1e6).toFixed(1),
    taken,
    shown(timing.minMs),
    shown(timing.medianMs),
    shown(timing.maxMs),
    shown(median),
    (grown / MEBIBYTE).toFixed(1),
    `${BOUND.processorMs} ms, ${BOUND.grownBytes / MEBIBYTE} MiB`,
  ]);
  return { text: `${rows}`, isWithinBound: median < BOUND.processorMs && grown < BOUND.grownBytes };
}
