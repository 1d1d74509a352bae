import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { freePort, LOOPBACK } from '../../../local/parts/loopback.ts';
import { clientEnvironment, isReady } from '../../../local/parts/prefect.ts';
import { Supervisor } from '../../../local/parts/supervisor.ts';
import { prefectCommand } from './prefect-schema.ts';

/** Which of the background services run, by the names of their settings. */
const SERVICES = ['SCHEDULER', 'LATE_RUNS', 'FOREMAN', 'CANCELLATION_CLEANUP'] as const;

/** A real Prefect server on a database, with or without its background services. */
export interface PrefectServer {
  readonly apiUrl: string;
  post<Body>(path: string, body: unknown): Promise<Body>;
  /** Runs a command as a person at a terminal would, with PREFECT_API_URL pointing here. */
  shell(command: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startPrefectServer(
  databaseUrl: string,
  { services, settings = {} }: { readonly services: boolean; readonly settings?: Record<string, string> },
): Promise<PrefectServer> {
  const home = await mkdtemp(join(tmpdir(), 'vitals-prefect-'));
  const supervisor = new Supervisor(join(home, 'logs'));
  const port = await freePort();
  const apiUrl = `http://${LOOPBACK}:${port}/api`;
  const env = clientEnvironment(home, apiUrl);
  const prefect = await prefectCommand();
  await supervisor.start({
    name: 'prefect',
    file: prefect,
    args: ['server', 'start', '--host', LOOPBACK, '--port', String(port)],
    env: {
      ...env,
      PREFECT_SERVER_ANALYTICS_ENABLED: 'false',
      PREFECT_API_DATABASE_CONNECTION_URL: databaseUrl.replace(/^postgres(ql)?:/, 'postgresql+asyncpg:'),
      ...Object.fromEntries(SERVICES.map((s) => [`PREFECT_SERVER_SERVICES_${s}_ENABLED`, String(services)])),
      ...settings,
    },
    isReady: () => isReady(apiUrl),
    readyWithinSeconds: 120,
  });
  return {
    apiUrl,
    async post<Body>(path: string, body: unknown) {
      const answer = await fetch(`${apiUrl}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as Body;
    },
    async shell(command) {
      const { all } = await execa({
        shell: true,
        all: true,
        env: { ...env, PATH: `${dirname(prefect)}:${process.env.PATH}` },
      })`${command}`;
      return String(all);
    },
    async stop() {
      await supervisor.stopAll();
      await rm(home, { recursive: true, force: true });
    },
  };
}
