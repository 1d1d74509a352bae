import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { freePort } from './loopback.ts';
import { ROOT } from './places.ts';
import type { RunningPart } from './process.ts';
import type { PythonEnvironment } from './python.ts';
import type { Supervisor } from './supervisor.ts';

/** Where an emulated AWS is, and how to talk to it. */
export interface Cloud {
  /** Named `localhost` throughout: the emulator hands out addresses under that name. */
  readonly endpoint: string;
  /** What every AWS client and the CDK need to talk to it and to nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  /** For the files of what is deployed to it. Emptied when the emulator starts. */
  readonly folder: string;
}

/** MiniStack, an emulator that really deploys and runs a stack on loopback; its functions run on this project's Node. */
export interface Emulator extends Cloud {
  readonly process: RunningPart;
}

export const EMULATED_ACCOUNT = '000000000000';
const REGION = 'us-east-1';
const MODULES = join(ROOT, 'node_modules');

async function answers(endpoint: string): Promise<boolean> {
  const { ok } = await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(2000) });
  return ok;
}

/** Every function is unpacked here. The emulator's own script beside it is CommonJS, unlike this project around it. */
async function folderForFunctions(folder: string): Promise<string> {
  const temporary = join(folder, 'functions');
  await mkdir(temporary, { recursive: true });
  await writeFile(join(temporary, 'package.json'), '{ "type": "commonjs" }\n');
  return temporary;
}

/** Starts empty. @throws PartFailed */
export async function startEmulator(
  supervisor: Supervisor,
  python: PythonEnvironment,
  { folder, name = 'ministack' }: { readonly folder: string; readonly name?: string },
): Promise<Emulator> {
  const port = await freePort();
  const endpoint = `http://localhost:${port}`;
  await rm(folder, { recursive: true, force: true });
  const temporary = await folderForFunctions(folder);
  const process_ = await supervisor.start({
    name,
    file: python.program('ministack'),
    args: [],
    cwd: folder,
    env: {
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      // It starts functions with `node` from the PATH, and the CDK's own ones expect the SDK beside them.
      PATH: [join(MODULES, '.bin'), process.env.PATH].join(delimiter),
      NODE_PATH: MODULES,
      NODE_NO_WARNINGS: '1',
      TMPDIR: temporary,
    },
    isReady: () => answers(endpoint),
    readyWithinSeconds: 30,
  });
  const environment = {
    AWS_ENDPOINT_URL: endpoint,
    // The CDK remembers which account a key belongs to: no two emulators may share one.
    AWS_ACCESS_KEY_ID: `vitals${port}`,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    CDK_DEFAULT_ACCOUNT: EMULATED_ACCOUNT,
    CDK_DEFAULT_REGION: REGION,
  };
  return { endpoint, environment, folder, process: process_ };
}
