import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { buildSync } from 'esbuild';
import { LEFT_OUT, OTHER_CREDENTIALS } from '../infra/vitals-function.ts';
import { ROOT } from '../local/parts/places.ts';
import { shown, timed } from './timing.ts';

const FUNCTIONS = [
  'probe-postgres',
  'probe-redis',
  'probe-prefect',
  'probe-service',
  'probe-network',
  'probe-kubernetes',
  'probe-logs',
  'probe-log-groups',
  'assess',
  'notify',
  'api',
];
const RUNS = 10;
const BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";
const ENVIRONMENT = {
  TABLE_NAME: 't',
  TOPIC_ARN: 'arn:aws:sns:x',
  PAGE_URL: 'http://localhost/',
  TOKEN_SECRET_ARN: 'arn:x',
};
const CONFIG = JSON.stringify({ installations: [{ name: 'x' }] });

/** Every function's bundle, and how long a new Node takes from its start to the handler being there. */
export async function measureBundles(progress: (text: string) => void): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'prefect-vitals-bundles-'));
  const rows = new Table({
    head: ['bundle', 'KiB', 'min ms', 'median ms', 'max ms'],
    style: { head: [], border: [] },
  });
  try {
    writeFileSync(join(folder, 'config.json'), CONFIG);
    const start = (file: string) => () => {
      const code = `await import(${JSON.stringify(file)})`;
      execFileSync(process.execPath, ['--input-type=module', '-e', code], {
        env: { ...process.env, ...ENVIRONMENT, AWS_REGION: 'us-east-1', NODE_NO_WARNINGS: '1' },
      });
      return Promise.resolve();
    };
    const empty = join(folder, 'empty.mjs');
    writeFileSync(empty, 'export const handler = async () => {};');
    for (const name of ['an empty handler', ...FUNCTIONS]) {
      progress(name);
      const file = name === 'an empty handler' ? empty : join(folder, `${name}.mjs`);
      if (file !== empty) {
        buildSync({
          entryPoints: [join(ROOT, 'functions', `${name}.ts`)],
          outfile: file,
          bundle: true,
          minify: true,
          platform: 'node',
          format: 'esm',
          target: 'node24',
          mainFields: ['module', 'main'],
          external: [...OTHER_CREDENTIALS],
          alias: { ...LEFT_OUT },
          banner: { js: BANNER },
          logLevel: 'error',
        });
      }
      const t = await timed(RUNS, start(file));
      rows.push([
        name,
        (statSync(file).size / 1024).toFixed(0),
        shown(t.minMs),
        shown(t.medianMs),
        shown(t.maxMs),
      ]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return `${rows}`;
}
