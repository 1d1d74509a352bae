import { performance } from 'node:perf_hooks';

/** Milliseconds of several runs. */
export interface Timing {
  readonly minMs: number;
  readonly medianMs: number;
  readonly maxMs: number;
}

/** Runs something once to warm up, then `runs` times, one after the other. */
export async function timed(runs: number, work: () => Promise<unknown>): Promise<Timing> {
  await work();
  const elapsed: number[] = [];
  for (let i = 0; i < runs; i++) {
    const before = performance.now();
    await work();
    elapsed.push(performance.now() - before);
  }
  const sorted = elapsed.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return { minMs: at(0), medianMs: at(0.5), maxMs: at(1) };
}

export const shown = (ms: number): string => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0));
