import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { entryOf } from '../../infra/paths.ts';
import { LEFT_OUT, OTHER_CREDENTIALS } from '../../infra/vitals-function.ts';

const KIBIBYTE = 1024;
/** 1,572 KiB when it was written, of which half are the models and paths of the generated client. */
const KIB_MAX = 1_650;

const folder = mkdtempSync(join(tmpdir(), 'vitals-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

function bundle(name: string) {
  const outfile = join(folder, `${name}.mjs`);
  const { metafile } = buildSync({
    entryPoints: [entryOf(name)],
    outfile,
    bundle: true,
    minify: true,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    external: [...OTHER_CREDENTIALS],
    alias: { ...LEFT_OUT },
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  return { outfile, kib: statSync(outfile).size / KIBIBYTE, inputs: Object.keys(metafile.inputs) };
}

describe('the bundle of the probe of Kubernetes', () => {
  const { outfile, kib, inputs } = bundle('probe-kubernetes');

  it('holds of the client what speaks to the API, and neither what reads kubeconfigs nor undici', () => {
    expect(kib).toBeLessThan(KIB_MAX);
    const of = (name: string) => inputs.filter((path) => path.includes(`node_modules/${name}/`));
    expect(of('@kubernetes/client-node')).not.toEqual([]);
    for (const name of ['undici', 'openid-client', 'ws', 'js-yaml', 'jsonpath-plus'])
      expect(of(name)).toEqual([]);
  });

  it('starts, and has a handler', () => {
    const code = `const { handler } = await import(${JSON.stringify(outfile)}); console.log(typeof handler);`;
    const env = { ...process.env, TABLE_NAME: 'reports', AWS_REGION: 'eu-central-1' };
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      env,
      encoding: 'utf8',
    });
    expect(said.trim()).toBe('function');
  });

  it('is the only one with a client of Kubernetes in it', () => {
    for (const name of ['probe-postgres', 'probe-service', 'assess']) {
      expect(bundle(name).inputs.filter((path) => path.includes('@kubernetes'))).toEqual([]);
    }
  });
});
