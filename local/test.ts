import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import * as v from 'valibot';
import { ROOT, stateFolder } from './parts/places.ts';

/** What `npm test` runs. Arguments go to vitest: `npm test -- test/assess` runs only those, after types and style. */
const COUNTS_FILE = join(stateFolder('test'), 'counts.json');

const STEPS = [
  { title: 'Types', command: ['tsc', '--noEmit'] },
  { title: 'Style', command: ['biome', 'check', '--error-on-warnings', '.'] },
  {
    title: 'Tests',
    command: [
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=./test/parts/counts.ts',
      ...process.argv.slice(2),
    ],
  },
] as const;

const Counts = v.object({ passed: v.number(), failed: v.number(), skipped: v.number() });

/** What vitest counted; nothing when it died before it could. */
const counted = () =>
  existsSync(COUNTS_FILE)
    ? v.parse(Counts, JSON.parse(readFileSync(COUNTS_FILE, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0 };

rmSync(COUNTS_FILE, { force: true });
let broken = 0;
for (const { title, command } of STEPS) {
  process.stderr.write(`\n== ${title}\n`);
  const [file, ...args] = command;
  const { exitCode } = await execa(join(ROOT, 'node_modules', '.bin', file), args, {
    cwd: ROOT,
    stdio: 'inherit',
    reject: false,
    env: { COUNTS_FILE },
  });
  if (exitCode !== 0) broken++;
}
const { passed, failed, skipped } = counted();
// A step that broke without a failed test, types and style among them, counts as one.
const failures = Math.max(failed, broken);
process.stdout.write(`\n${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = failures === 0 ? 0 : 1;
