import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { OTHER_CREDENTIALS } from '../../infra/vitals-function.ts';
import type { Api } from '../../lib/api/router.ts';
import { bundlePage } from '../../lib/page/bundle.ts';
import { PAGE_FILES } from '../../lib/page/files.ts';
import { CONTEXT, eventOf, SIGNED_IN, TOKEN } from '../api/gateway.ts';

const BYTES_MAX = 620 * 1024;
const CONFIG = { installations: [{ name: 'production' }, { name: 'staging' }] };

let folder: string;
let bytes: number;
let aws: Server;
let handler: Api;

/** Secrets Manager holds the token; the table answers that it is not there. */
async function serveAws(): Promise<Server> {
  const server = createServer((request, response) => {
    const wantsSecret = String(request.headers['x-amz-target']).startsWith('secretsmanager.');
    response.writeHead(wantsSecret ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(
      JSON.stringify(
        wantsSecret
          ? { SecretString: TOKEN }
          : { __type: 'ResourceNotFoundException', message: 'table vitals is not there' },
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Lays the function out as it is deployed: the bundle, the configuration and the page beside it. */
async function layOut(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'vitals-api-'));
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../../functions/api.ts', import.meta.url))],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    minify: true,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    external: [...OTHER_CREDENTIALS],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'silent',
  });
  bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  const page = await bundlePage();
  await mkdir(join(folder, 'page'));
  await writeFile(join(folder, PAGE_FILES.html), page.html);
  await writeFile(join(folder, PAGE_FILES.script), page.script);
  await writeFile(join(folder, PAGE_FILES.style), page.style);
  await writeFile(join(folder, 'config.json'), JSON.stringify(CONFIG));
}

beforeAll(async () => {
  aws = await serveAws();
  await layOut();
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    TABLE_NAME: 'vitals',
    TOKEN_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:vitals-token',
  })) {
    vi.stubEnv(name, value);
  }
  ({ handler } = await import(pathToFileURL(join(folder, 'index.mjs')).href));
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  vi.unstubAllEnvs();
  aws.closeAllConnections();
  await new Promise((resolve) => aws.close(resolve));
  await rm(folder, { recursive: true });
});

describe('the api function as deployed', () => {
  it('fits its bound', () => expect(bytes).toBeLessThanOrEqual(BYTES_MAX));

  it('serves the page that lies beside it', async () => {
    const { script, style } = await bundlePage();
    expect((await handler(eventOf('/'), CONTEXT)).body).toContain('<script type="module" src="main.js">');
    expect((await handler(eventOf('/main.js'), CONTEXT)).body).toBe(script);
    expect((await handler(eventOf('/style.css'), CONTEXT)).body).toBe(style);
  });

  it('takes the token from its secret', async () => {
    const wrong = { authorization: 'Bearer wrong' };
    expect((await handler(eventOf('/installations', { headers: wrong }), CONTEXT)).statusCode).toBe(401);
    const answer = await handler(eventOf('/installations', { headers: SIGNED_IN }), CONTEXT);
    expect(answer).toMatchObject({ statusCode: 200, body: '{"installations":["production","staging"]}' });
  });

  it('shows nothing of why the table cannot be read', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const answer = await handler(eventOf('/snapshot', { headers: SIGNED_IN }), CONTEXT);
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('table vitals');
    expect(JSON.parse(String(log.mock.calls[0]?.[0])).error).toContain('table vitals is not there');
  });
});

describe('the api function outside Lambda', () => {
  it('can be imported with nothing around it', async () => {
    const module = await import('../../functions/api.ts');
    expect(module.handler).toBeTypeOf('function');
  });
});
