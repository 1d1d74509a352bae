import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { buildSync } from 'esbuild';
import { LEFT_OUT, OTHER_CREDENTIALS } from '../infra/vitals-function.ts';
import { bundlePage } from '../lib/page/bundle.ts';
import { PAGE_FILES } from '../lib/page/files.ts';
import { ROOT } from '../local/parts/places.ts';
import { eventOf } from '../test/api/gateway.ts';
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

/** What makes a new Node of a bundle: with a handler, or with its first answer. */
const started = (file: string, event?: object): string => {
  const there = `const { handler } = await import(${JSON.stringify(file)});`;
  return event === undefined ? there : `${there} await handler(${JSON.stringify(event)}, {});`;
};

/** Lays out beside the bundles what they read when they are first asked. */
async function layOut(folder: string): Promise<void> {
  const page = await bundlePage();
  mkdirSync(join(folder, 'page'));
  writeFileSync(join(folder, PAGE_FILES.html), page.html);
  writeFileSync(join(folder, PAGE_FILES.script), page.script);
  writeFileSync(join(folder, PAGE_FILES.style), page.style);
  writeFileSync(join(folder, 'config.json'), CONFIG);
}

/**
 * Every function's bundle, and how long a new Node takes from its start to the handler being there; for the API, which
 * people wait for, to its first answer as well.
 */
export async function measureBundles(
  wanted: readonly string[],
  progress: (text: string) => void,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'prefect-vitals-bundles-'));
  const rows = new Table({
    head: ['bundle', 'KiB', 'min ms', 'median ms', 'max ms'],
    style: { head: [], border: [] },
  });
  try {
    await layOut(folder);
    const start = (file: string, event?: object) => () => {
      const code = started(file, event);
      execFileSync(process.execPath, ['--input-type=module', '-e', code], {
        env: { ...process.env, ...ENVIRONMENT, AWS_REGION: 'us-east-1', NODE_NO_WARNINGS: '1' },
      });
      return Promise.resolve();
    };
    const empty = join(folder, 'empty.mjs');
    writeFileSync(empty, 'export const handler = async () => {};');
    const measure = async (name: string, file: string, event?: object) => {
      const t = await timed(RUNS, start(file, event));
      const KiB = (statSync(file).size / 1024).toFixed(0);
      rows.push([name, KiB, shown(t.minMs), shown(t.medianMs), shown(t.maxMs)]);
    };
    progress('an empty handler');
    await measure('an empty handler', empty);
    await measure('an empty handler, to its first answer', empty, eventOf('/'));
    for (const name of FUNCTIONS.filter((f) => wanted.length === 0 || wanted.includes(f))) {
      progress(name);
      const file = join(folder, `${name}.mjs`);
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
      await measure(name, file);
      if (name === 'api') await measure('api, to its first answer', file, eventOf('/'));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return `${rows}`;
}
