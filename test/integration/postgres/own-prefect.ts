import { afterAll, beforeAll, beforeEach } from 'vitest';
import { newPrefectDatabase, openPrefectTemplate, type PrefectDatabase } from './prefect-database.ts';
import { openServer, type Server, type ServerOptions } from './server.ts';

/** What the tables a run can be found in are emptied by: everything else goes with them. */
const EMPTY = `TRUNCATE flow_run, flow_run_state, task_run, task_run_state, deployment, work_pool, worker,
                        concurrency_limit_v2, events, event_resources CASCADE`;

/** A database with Prefect's tables, on a server that a file of tests shares with nobody. */
export interface OwnPrefect extends PrefectDatabase {
  readonly server: Server;
  /** Takes away every run, deployment, pool, worker, limit and event; the flow `tides` stays. */
  empty(): Promise<void>;
}

/**
 * Opens it before the first test of the file that asks for it, and stops it after the last. Only tests and hooks may
 * look into it: before them it is not there.
 *
 * @param options.emptied whether each test begins with empty tables
 */
export function ownPrefect({
  emptied = false,
  ...options
}: ServerOptions & { readonly emptied?: boolean } = {}): OwnPrefect {
  let server: Server | undefined;
  let database: PrefectDatabase | undefined;
  beforeAll(async () => {
    server = await openServer(options);
    await openPrefectTemplate(server);
    database = await newPrefectDatabase(server, 'prefect');
  }, 180_000);
  afterAll(() => server?.stop());
  const opened = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('Prefect’s database is not open before the first test');
    return part;
  };
  const own: OwnPrefect = {
    get server() {
      return opened(server);
    },
    get client() {
      return opened(database).client;
    },
    get target() {
      return opened(database).target;
    },
    get url() {
      return opened(database).url;
    },
    insert: (table, row) => opened(database).insert(table, row),
    pool: (name, row) => opened(database).pool(name, row),
    deployment: (name, row) => opened(database).deployment(name, row),
    runs: (many, row) => opened(database).runs(many, row),
    events: (many, row) => opened(database).events(many, row),
    async empty() {
      await own.client.query(EMPTY);
    },
  };
  if (emptied) beforeEach(() => own.empty());
  return own;
}
