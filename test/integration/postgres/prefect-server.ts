import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import getPort from 'get-port';
import pRetry, { AbortError } from 'p-retry';
import { prefectCommand } from './prefect-schema.ts';

const HOST = '127.0.0.1';

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
  { services }: { readonly services: boolean },
): Promise<PrefectServer> {
  const home = await mkdtemp(join(tmpdir(), 'vitals-prefect-'));
  const port = await getPort({ host: HOST });
  const apiUrl = `http://${HOST}:${port}/api`;
  const env = {
    PREFECT_HOME: home,
    PREFECT_API_URL: apiUrl,
    PREFECT_SERVER_ANALYTICS_ENABLED: 'false',
    PREFECT_CLI_COLORS: 'false',
  };
  const prefect = await prefectCommand();
  const server = execa(prefect, ['server', 'start', '--host', HOST, '--port', String(port)], {
    reject: false,
    all: true,
    env: {
      ...env,
      PREFECT_API_DATABASE_CONNECTION_URL: databaseUrl.replace(/^postgres(ql)?:/, 'postgresql+asyncpg:'),
      ...Object.fromEntries(SERVICES.map((s) => [`PREFECT_SERVER_SERVICES_${s}_ENABLED`, String(services)])),
    },
  });
  let over: string | undefined;
  server.then(({ all }) => {
    over = String(all);
  });
  await pRetry(
    async () => {
      if (over !== undefined) throw new AbortError(`Prefect did not start:\n${over}`);
      const answer = await fetch(`${apiUrl}/ready`);
      if (!answer.ok) throw new Error(`not ready: ${answer.status}`);
    },
    { retries: 240, minTimeout: 250, factor: 1 },
  );
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
      server.kill('SIGINT');
      await server;
      await rm(home, { recursive: true, force: true });
    },
  };
}
