import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** How many tests ended how, and what broke outside of any test. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Leaves the counts of a run in the file that COUNTS_FILE names, for whoever prints the closing line. */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const file = process.env.COUNTS_FILE;
    if (file === undefined) return;
    const tests = modules.flatMap((m) => [...m.children.allTests()]);
    const count = (state: string) => tests.filter((t) => t.result().state === state).length;
    const brokenModules = modules.filter((m) => m.errors().length > 0).length;
    const failed = count('failed') + brokenModules + unhandledErrors.length;
    const counts: Counts = { passed: count('passed'), failed, skipped: count('skipped') };
    writeFileSync(file, JSON.stringify(counts));
  }
}
