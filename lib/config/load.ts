import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseConfig } from './define.ts';
import { ConfigError, type ConfigProblem } from './errors.ts';
import { rdsRootsOf } from './rds-roots.ts';
import type { Config, InstallationConfig } from './schema.ts';

type PostgresConfig = InstallationConfig['postgres'][number];
type KubernetesConfig = InstallationConfig['kubernetes'][number];

/**
 * Roomy for a private chain of several certificates, and for the RDS bundle of one region. The certificates travel in
 * the input of a schedule, 256 KB in all for every target of a kind: the global RDS bundle alone, some 165 KB, or all
 * public roots would leave no room for a second target.
 */
export const CA_BYTES_MAX = 16 * 1024;

/** Thrown when the file that should hold the configuration cannot be read as a module. */
export class ConfigFileError extends Error {
  override readonly name = 'ConfigFileError';
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.path = path;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function readSource(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new ConfigFileError(path, missing ? 'no such file' : `cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}

async function readJson(path: string): Promise<unknown> {
  const source = await readSource(path);
  try {
    return JSON.parse(source);
  } catch (cause) {
    throw new ConfigFileError(path, `is not JSON: ${messageOf(cause)}`, { cause });
  }
}

async function importDefault(path: string): Promise<unknown> {
  await readSource(path);
  let module: { readonly default?: unknown };
  try {
    module = await import(pathToFileURL(path).href);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigFileError(path, `cannot be imported: ${messageOf(cause)}`, { cause });
  }
  if (module.default === undefined) {
    throw new ConfigFileError(path, 'has no default export: write `export default defineConfig({ … })`');
  }
  return module.default;
}

async function readCertificates(file: string): Promise<{ pem: string } | { found: string }> {
  try {
    const pem = await readFile(file, 'utf8');
    const bytes = Buffer.byteLength(pem);
    if (bytes > CA_BYTES_MAX) return { found: `a file of ${bytes} bytes` };
    return pem.includes('-----BEGIN CERTIFICATE-----') ? { pem } : { found: 'a file without a certificate' };
  } catch (cause) {
    return { found: `no readable file (${messageOf(cause)})` };
  }
}

/** A kubeconfig holds keys: it stays where it is, and only its whole path goes on. */
function besideConfig(target: KubernetesConfig, directory: string): KubernetesConfig {
  if (target.access.from !== 'kubeconfig') return target;
  return { ...target, access: { ...target.access, file: resolve(directory, target.access.file) } };
}

interface Trusting {
  readonly tls: object;
}

/** A database of RDS that is named by its endpoint is trusted by Amazon's roots of its region, unless others are named. */
function trustingRds(target: PostgresConfig): PostgresConfig {
  const { tls, host } = target;
  if (tls.mode === 'off' || tls.ca !== undefined) return target;
  const ca = rdsRootsOf(host);
  return ca === undefined ? target : { ...target, tls: { ...tls, ca } };
}

/** Puts the certificates themselves in place of their files' names: a function on AWS has no such file. */
async function embedCertificates(config: Config, directory: string): Promise<Config> {
  const problems: ConfigProblem[] = [];

  const embed =
    (path: string) =>
    async <T extends Trusting>(target: T, index: number): Promise<T> => {
      if (!('ca' in target.tls) || typeof target.tls.ca !== 'string') return target;
      // A certificate written out stands for itself: what was loaded once can be loaded again.
      if (target.tls.ca.startsWith('-----BEGIN CERTIFICATE-----')) return target;
      const read = await readCertificates(resolve(directory, target.tls.ca));
      if ('pem' in read) return { ...target, tls: { ...target.tls, ca: read.pem } };
      const allowed = `a PEM file of at most ${CA_BYTES_MAX / 1024} KiB, named relative to the configuration; an endpoint of Amazon RDS needs none`;
      problems.push({
        path: `${path}.${index}.tls.ca`,
        found: `"${target.tls.ca}", ${read.found}`,
        allowed,
      });
      return target;
    };

  const installations = await Promise.all(
    config.installations.map(async (installation, index): Promise<InstallationConfig> => {
      const path = `installations.${index}`;
      return {
        ...installation,
        postgres: await Promise.all(installation.postgres.map(trustingRds).map(embed(`${path}.postgres`))),
        redis: await Promise.all(installation.redis.map(embed(`${path}.redis`))),
        prefect: await Promise.all(installation.prefect.map(embed(`${path}.prefect`))),
        services: await Promise.all(
          installation.services.map((t, i) => ('via' in t ? t : embed(`${path}.services`)(t, i))),
        ),
        entrances: await Promise.all(installation.entrances.map(embed(`${path}.entrances`))),
        kubernetes: installation.kubernetes.map((target) => besideConfig(target, directory)),
      };
    }),
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...config, installations };
}

/**
 * Reads the configuration a `.ts`, `.js` or `.json` file exports, with the certificates its `tls.ca` entries name in
 * their place. `path` is relative to the current directory.
 *
 * @throws ConfigFileError when there is no such module, and ConfigError when what it exports cannot be used.
 */
export async function loadConfig(path: string): Promise<Config> {
  const file = resolve(path);
  const exported = extname(file) === '.json' ? await readJson(file) : await importDefault(file);
  return embedCertificates(parseConfig(exported), dirname(file));
}
