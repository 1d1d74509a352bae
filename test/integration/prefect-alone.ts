import { mkdir, rm } from 'node:fs/promises';
import { freePort, LOOPBACK } from '../../local/parts/loopback.ts';
import type { PostgresServer } from '../../local/parts/postgres.ts';
import { clientEnvironment, databaseEnvironment, isReady } from '../../local/parts/prefect.ts';
import { type PrefectDatabase, preparePrefectDatabase } from '../../local/parts/prefect-database.ts';
import type { RunningPart } from '../../local/parts/process.ts';
import type { PythonEnvironment } from '../../local/parts/python.ts';
import type { Supervisor } from '../../local/parts/supervisor.ts';

/** Loops short enough that nobody waits for them, and long enough to tell two of them from five. */
const LOOP_SECONDS = '2';
const LOOPS = ['LATE_RUNS', 'FOREMAN', 'PAUSE_EXPIRATIONS', 'CANCELLATION_CLEANUP'];

/** A Prefect that has a database and nothing else: docket and messages are in its own memory. */
export class PrefectAlone {
  readonly apiUrl: string;
  readonly database: PrefectDatabase;
  readonly #start: (args: readonly string[]) => Promise<RunningPart>;
  #running: RunningPart | undefined;

  private constructor(
    apiUrl: string,
    database: PrefectDatabase,
    start: (args: readonly string[]) => Promise<RunningPart>,
  ) {
    this.apiUrl = apiUrl;
    this.database = database;
    this.#start = start;
  }

  static async prepare(
    supervisor: Supervisor,
    python: PythonEnvironment,
    postgres: PostgresServer,
    folder: string,
  ): Promise<PrefectAlone> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const port = await freePort();
    const apiUrl = `http://${LOOPBACK}:${port}/api`;
    const client = clientEnvironment(folder, apiUrl);
    const program = { file: python.program('prefect'), cwd: folder };
    const database = await preparePrefectDatabase(postgres, python.version, (empty) =>
      supervisor.run({
        ...program,
        name: 'prefect-migration',
        args: ['server', 'database', 'upgrade', '--yes'],
        env: { ...client, ...databaseEnvironment(postgres, empty) },
      }),
    );
    const loops = LOOPS.map((name) => [`PREFECT_SERVER_SERVICES_${name}_LOOP_SECONDS`, LOOP_SECONDS]);
    return new PrefectAlone(apiUrl, database, (args) =>
      supervisor.start({
        ...program,
        name: 'prefect-alone',
        args: ['server', 'start', ...args, '--host', LOOPBACK, '--port', String(port)],
        env: {
          ...client,
          ...databaseEnvironment(postgres, database),
          ...Object.fromEntries(loops),
          PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS: '1',
          PREFECT_SERVER_ANALYTICS_ENABLED: 'false',
          PREFECT_SERVER_UI_ENABLED: 'false',
        },
        isReady: () => isReady(apiUrl),
        readyWithinSeconds: 120,
      }),
    );
  }

  /** Starts it, or starts it anew, with its background services or without. */
  async run({ services }: { readonly services: boolean }): Promise<void> {
    await this.#running?.stop();
    this.#running = await this.#start(services ? [] : ['--no-services']);
  }

  /** @throws Error when the API refuses. */
  async post<Body>(path: string, body: unknown): Promise<Body> {
    const answer = await fetch(`${this.apiUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Body;
  }
}
