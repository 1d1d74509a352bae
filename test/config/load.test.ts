import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../lib/config/define.ts';
import { ConfigError } from '../../lib/config/errors.ts';
import { CA_BYTES_MAX, ConfigFileError, loadConfig } from '../../lib/config/load.ts';
import { rdsRootsOf } from '../../lib/config/rds-roots.ts';

const SIMPLE = { installations: [{ name: 'production', redis: [{ name: 'r', host: 'redis.internal' }] }] };
const CERTIFICATE = `-----BEGIN CERTIFICATE-----\n${'MIIB'.repeat(16)}\n-----END CERTIFICATE-----\n`;
const DEFINE = new URL('../../lib/config/define.ts', import.meta.url).href;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vitals-config-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

const write = async (name: string, text: string) => {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
};

const failureOf = async (path: string): Promise<Error> => {
  try {
    await loadConfig(path);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error(`${path} was loaded`);
};

describe('a configuration file', () => {
  it('may be TypeScript that uses defineConfig', async () => {
    const path = await write(
      'typed.ts',
      `import { defineConfig } from ${JSON.stringify(DEFINE)};
       const host: string = 'redis.internal';
       export default defineConfig({ installations: [{ name: 'production', redis: [{ name: 'r', host }] }] });`,
    );
    expect(await loadConfig(path)).toEqual(parseConfig(SIMPLE));
  });

  it.each([
    ['simple.json', JSON.stringify(SIMPLE)],
    ['simple.js', `export default ${JSON.stringify(SIMPLE)};`],
    ['simple.mjs', `export default ${JSON.stringify(SIMPLE)};`],
    ['simple.mts', `export default ${JSON.stringify(SIMPLE)} satisfies object;`],
  ])('may be %s, with defaults filled in', async (name, text) => {
    expect(await loadConfig(await write(name, text))).toEqual(parseConfig(SIMPLE));
  });

  it('is named relative to the current directory', async () => {
    const path = await write('relative.json', JSON.stringify(SIMPLE));
    expect(await loadConfig(relative(process.cwd(), path))).toEqual(parseConfig(SIMPLE));
  });

  it('that is not there is named with its whole path', async () => {
    const path = join(directory, 'missing.ts');
    const error = await failureOf(path);
    expect(error).toBeInstanceOf(ConfigFileError);
    expect(error.message).toBe(`${path}: no such file`);
    expect(error.cause).toMatchObject({ code: 'ENOENT' });
  });

  it('without a default export is told what to write', async () => {
    const error = await failureOf(await write('named.ts', 'export const config = {};'));
    expect(error).toBeInstanceOf(ConfigFileError);
    expect(error.message).toMatch(/named\.ts: has no default export: write `export default defineConfig/);
  });

  it('that throws or cannot be imported keeps the cause', async () => {
    const thrown = await failureOf(await write('throws.ts', `throw new RangeError('no such stage');`));
    expect(thrown).toBeInstanceOf(ConfigFileError);
    expect(thrown.message).toMatch(/throws\.ts: cannot be imported: no such stage/);
    expect(thrown.cause).toMatchObject({ name: 'RangeError', message: 'no such stage' });

    const unresolved = await failureOf(
      await write('imports.ts', `import './not-there.ts'; export default {};`),
    );
    expect(unresolved).toBeInstanceOf(ConfigFileError);
    expect(unresolved.message).toMatch(/imports\.ts: cannot be imported: .*not-there\.ts/);
  });

  it('of broken JSON says so', async () => {
    const error = await failureOf(await write('broken.json', '{"installations": ['));
    expect(error).toBeInstanceOf(ConfigFileError);
    expect(error.message).toMatch(/broken\.json: is not JSON: /);
    expect(error.cause).toBeInstanceOf(SyntaxError);
  });

  it('with problems tells them all, whether defineConfig or the loader finds them', async () => {
    const wrong = `{ installations: [{ name: 'Production' }], colour: 'red' }`;
    const plain = await failureOf(await write('wrong-plain.ts', `export default ${wrong};`));
    const defined = await failureOf(
      await write(
        'wrong-defined.ts',
        `import { defineConfig } from ${JSON.stringify(DEFINE)}; export default defineConfig(${wrong});`,
      ),
    );
    for (const error of [plain, defined]) {
      expect(error).toBeInstanceOf(ConfigError);
      expect(error.message).toMatch(/2 problems:[\s\S]*installations\.0\.name:[\s\S]*colour:/);
    }
  });
});

describe('a CA file', () => {
  const configWith = (ca: string) => ({
    installations: [
      {
        name: 'production',
        postgres: [{ name: 'p', host: 'p', database: 'd', user: 'u', tls: { mode: 'verify', ca } }],
        redis: [
          { name: 'open', host: 'r', tls: { mode: 'off' } },
          { name: 'own', host: 'own', tls: { mode: 'verify', ca, serverName: 'redis' } },
        ],
        prefect: [{ apiUrl: 'https://prefect.internal/api', tls: { ca } }],
        services: [{ name: 'auth', metricsUrl: 'https://auth:4300/metrics', tls: { ca } }],
        entrances: [{ name: 'api', url: 'https://api.internal', serves: 'api', tls: { ca } }],
      },
    ],
  });

  it('is read beside the configuration, and its text put in place of its name', async () => {
    await write('ca.pem', CERTIFICATE);
    const path = await write('with-ca.json', JSON.stringify(configWith('./ca.pem')));
    expect(await loadConfig(path)).toEqual(parseConfig(configWith(CERTIFICATE)));
  });

  it('may have an absolute path', async () => {
    const ca = await write('absolute.pem', CERTIFICATE);
    const path = await write('with-absolute-ca.json', JSON.stringify(configWith(ca)));
    expect(await loadConfig(path)).toEqual(parseConfig(configWith(CERTIFICATE)));
  });

  it.each([
    ['is missing', undefined, 'no readable file'],
    ['holds no certificate', '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n', 'a file without a certificate'],
    ['is too large', CERTIFICATE.padEnd(CA_BYTES_MAX + 1), `a file of ${CA_BYTES_MAX + 1} bytes`],
  ])(
    'that %s is a problem at every path that names it, and none of its text is shown',
    async (_, text, found) => {
      const name = `bad-${found.length}.pem`;
      if (text !== undefined) await write(name, text);
      const error = await failureOf(await write(`with-${name}.json`, JSON.stringify(configWith(name))));
      if (!(error instanceof ConfigError)) throw error;
      expect(error.problems.map((p) => p.path)).toEqual([
        'installations.0.postgres.0.tls.ca',
        'installations.0.redis.1.tls.ca',
        'installations.0.prefect.0.tls.ca',
        'installations.0.services.0.tls.ca',
        'installations.0.entrances.0.tls.ca',
      ]);
      for (const problem of error.problems) {
        expect(problem.found).toContain(name);
        expect(problem.found).toContain(found);
        expect(problem.allowed).toMatch(/PEM file of at most 16 KiB/);
      }
      expect(error.message).not.toContain('c2VjcmV0');
    },
  );

  it('of exactly the largest size is taken', async () => {
    const largest = CERTIFICATE.padEnd(CA_BYTES_MAX);
    const ca = await write('largest.pem', largest);
    const path = await write('with-largest.json', JSON.stringify(configWith(ca)));
    const [installation] = (await loadConfig(path)).installations;
    expect(installation?.prefect[0]?.tls.ca).toBe(largest);
    expect((await readFile(ca)).byteLength).toBe(CA_BYTES_MAX);
  });
});

describe('a database of RDS', () => {
  const host = 'prefect.abc123.eu-central-1.rds.amazonaws.com';
  const trusted = async (name: string, tls?: object) => {
    const postgres = [{ name: 'p', host, database: 'd', user: 'u', ...(tls && { tls }) }];
    const config = { installations: [{ name: 'production', postgres }] };
    const loaded = await loadConfig(await write(name, JSON.stringify(config)));
    return loaded.installations[0]?.postgres[0]?.tls;
  };

  it("is trusted by Amazon's roots of its region", async () => {
    expect(await trusted('rds.json')).toEqual({ mode: 'verify', ca: rdsRootsOf(host) });
    expect(await trusted('rds-name.json', { mode: 'verify', serverName: 'db' })).toEqual({
      mode: 'verify',
      ca: rdsRootsOf(host),
      serverName: 'db',
    });
  });

  it('is trusted by others where they are named, and by none where TLS is off', async () => {
    await write('own.pem', CERTIFICATE);
    expect(await trusted('rds-own.json', { mode: 'verify', ca: 'own.pem' })).toEqual({
      mode: 'verify',
      ca: CERTIFICATE,
    });
    expect(await trusted('rds-off.json', { mode: 'off' })).toEqual({ mode: 'off' });
  });
});
