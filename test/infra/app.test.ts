import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../lib/config/define.ts';
import { PAGE_FILES } from '../../lib/page/files.ts';
import { BARE, type Resource } from './synth.ts';

const APP = join(import.meta.dirname, '../../infra/app.ts');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-app-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** Runs the app as the CDK's CLI does, in `directory` and with its output in `out`. */
const runApp = (out: string, context: object, env: Record<string, string> = {}) =>
  execa(process.execPath, [APP], {
    cwd: directory,
    env: { CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(context), ...env },
    reject: false,
  });

describe('the app', () => {
  it('prints what is wrong with the configuration, without a stack trace, and exits 64', async () => {
    const config = join(directory, 'wrong.json');
    await writeFile(
      config,
      JSON.stringify({ installations: [{ name: 'i', redis: [{ name: 'r', port: 0 }] }] }),
    );
    const { exitCode, stderr, stdout } = await runApp('wrong', { config });
    expect(exitCode).toBe(64);
    expect(stdout).toBe('');
    expect(stderr.split('\n')).toEqual([
      'The configuration has 2 problems:',
      expect.stringContaining('installations.0.redis.0.host: found nothing'),
      expect.stringContaining('installations.0.redis.0.port: found 0'),
    ]);
  }, 60_000);

  it('looks for vitals.config.ts in the current directory, and says so when there is none', async () => {
    const { exitCode, stderr } = await runApp('none', {});
    expect(exitCode).toBe(64);
    expect(stderr).toBe(`${join(directory, 'vitals.config.ts')}: no such file`);
  }, 60_000);

  it('refuses the context local=true without an emulator to go to', async () => {
    const { exitCode, stderr } = await runApp('local', { local: 'true' });
    expect(exitCode).toBe(64);
    expect(stderr).toContain('AWS_ENDPOINT_URL: found nothing');
  }, 60_000);
});

describe('the bundles', () => {
  const config = parseConfig(BARE);
  /** Where the code of each function lies, by the end of its name. */
  const bundles: Record<string, string> = {};

  beforeAll(async () => {
    await writeFile(join(directory, 'bare.json'), JSON.stringify(BARE));
    // A relative output, as the CLI gives it.
    const { exitCode, stderr } = await runApp('out', { config: 'bare.json' });
    expect(exitCode, stderr).toBe(0);
    const read = async (file: string) => JSON.parse(await readFile(join(directory, 'out', file), 'utf8'));
    const resources: Record<string, Resource> = (await read('PrefectVitals.template.json')).Resources;
    for (const { Type, Properties } of Object.values(resources)) {
      if (Type !== 'AWS::Lambda::Function') continue;
      const { S3Key } = Properties.Code as { readonly S3Key: string };
      const name = String(Properties.FunctionName).replace('PrefectVitals-', '');
      bundles[name] = join(directory, 'out', `asset.${S3Key.replace('.zip', '')}`);
    }
  }, 180_000);

  const filesOf = async (name: string) =>
    (await readdir(bundles[name] ?? '', { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice((bundles[name] ?? '').length + 1))
      .sort();

  it('hold what each function reads at run time, and no more', async () => {
    expect(await filesOf('probe-postgres')).toEqual(['index.mjs']);
    expect(await filesOf('probe-redis')).toEqual(['index.mjs']);
    expect(await filesOf('probe-prefect')).toEqual(['index.mjs']);
    expect(await filesOf('assess')).toEqual(['config.json', 'index.mjs']);
    expect(await filesOf('notify')).toEqual(['config.json', 'index.mjs']);
    expect(await filesOf('api')).toEqual(['config.json', 'index.mjs', ...Object.values(PAGE_FILES)].sort());
  });

  it('carry the checked configuration', async () => {
    const carried = JSON.parse(await readFile(join(bundles.assess ?? '', 'config.json'), 'utf8'));
    expect(carried).toEqual(JSON.parse(JSON.stringify(config)));
  });

  it.each([
    ['probe-postgres', 700],
    ['probe-redis', 700],
    ['probe-prefect', 700],
    ['assess', 700],
    ['notify', 450],
    ['api', 620],
  ])('of %s is at most %i KiB', async (name, kibibytes) => {
    const { size } = await stat(join(bundles[name] ?? '', 'index.mjs'));
    expect(size / 1024).toBeLessThanOrEqual(kibibytes);
  });

  it.each(['probe-postgres', 'probe-redis', 'probe-prefect', 'assess', 'notify', 'api'])(
    'of %s loads on its own and exports a handler',
    async (name) => {
      const { stdout } = await execa(
        process.execPath,
        [
          '--input-type=module',
          '-e',
          `const m = await import('./index.mjs'); console.log(typeof m.handler);`,
        ],
        {
          cwd: bundles[name] ?? '',
          env: {
            AWS_REGION: 'eu-central-1',
            TABLE_NAME: 't',
            TOPIC_ARN: 't',
            PAGE_URL: 'http://p',
            NAMESPACE: 'n',
          },
        },
      );
      expect(stdout).toBe('function');
    },
    30_000,
  );
});
