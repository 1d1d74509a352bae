import { Client } from 'pg';
import { assess } from '../../../lib/assess/assess.ts';
import { parseConfig } from '../../../lib/config/define.ts';
import type { InstallationConfig } from '../../../lib/config/schema.ts';
import { targetsOf } from '../../../lib/config/targets.ts';
import type { Report } from '../../../lib/model/report.ts';
import type { Snapshot } from '../../../lib/model/snapshot.ts';
import type { PostgresServer } from '../../../local/parts/postgres.ts';
import type { PrefectServer } from '../../../local/parts/prefect.ts';
import { type CountingProxy, countingProxy } from './counting-proxy.ts';
import { ownServers } from './servers.ts';
import { visit } from './visit.ts';

export const LOGIN = 'admin:a-password-of-the-test';
const AUTH = {
  scheme: 'basic',
  credential: { from: 'environment', variable: 'TEST_PREFECT_LOGIN' },
} as const;

const asAdmin = async ({ host, port, admin }: PostgresServer, { database: { name } }: PrefectServer) => {
  const client = new Client({ host, port, ...admin, database: name });
  await client.connect();
  return client;
};

/**
 * A Prefect of one test file's own, which asks for a password and for CSRF tokens: its tables may be written to and
 * locked, and it may be stopped.
 */
export class LoginPrefect {
  readonly prefect: PrefectServer;
  readonly proxy: CountingProxy;
  /** As an administrator of Prefect's database. */
  readonly database: Client;
  readonly #postgres: PostgresServer;

  private constructor(
    postgres: PostgresServer,
    prefect: PrefectServer,
    database: Client,
    proxy: CountingProxy,
  ) {
    this.#postgres = postgres;
    this.prefect = prefect;
    this.database = database;
    this.proxy = proxy;
  }

  static async start(): Promise<LoginPrefect> {
    const own = await ownServers();
    const [postgres, valkey] = await Promise.all([own.postgres(), own.valkey()]);
    const prefect = await own.prefect({
      postgres,
      valkey,
      settings: {
        PREFECT_SERVER_API_AUTH_STRING: LOGIN,
        PREFECT_API_AUTH_STRING: LOGIN,
        PREFECT_SERVER_CSRF_PROTECTION_ENABLED: 'true',
      },
    });
    // What a test writes into the tables is to stay as it is.
    await prefect.services.stop();
    process.env.TEST_PREFECT_LOGIN = LOGIN;
    process.env.TEST_PREFECT_DATABASE_PASSWORD = prefect.database.monitor.password;
    const database = await asAdmin(postgres, prefect);
    return new LoginPrefect(postgres, prefect, database, await countingProxy(prefect.apiUrl));
  }

  async close(): Promise<void> {
    await this.proxy.close();
    await this.database.end();
  }

  /** An installation whose API alone is watched, or the database too. */
  #installation(tables: boolean): InstallationConfig {
    const { name, monitor } = this.prefect.database;
    const orion = {
      name: 'orion',
      host: this.#postgres.host,
      port: this.#postgres.port,
      database: name,
      user: monitor.user,
      password: { from: 'environment' as const, variable: 'TEST_PREFECT_DATABASE_PASSWORD' },
      tls: { mode: 'off' as const },
    };
    const config = parseConfig({
      installations: [
        {
          name: 'test',
          postgres: tables ? [orion] : [],
          prefect: [{ apiUrl: this.proxy.apiUrl, auth: AUTH }],
        },
      ],
    });
    const [only] = config.installations;
    if (only === undefined) throw new Error('there is no installation');
    return only;
  }

  /** One round of everything that is watched, and what an assessment makes of it. */
  async look({
    tables = false,
    tier = 'minute',
  }: {
    tables?: boolean;
    tier?: Report['tier'];
  } = {}): Promise<{ readonly reports: readonly Report[]; readonly snapshot: Snapshot }> {
    const watched = this.#installation(tables);
    const reports = await Promise.all(targetsOf(watched).map((target) => visit(target, tier)));
    const now = new Date();
    const input = { installation: watched, version: 'test', previous: null, reports, vended: null, now };
    return { reports, snapshot: assess(input).snapshot };
  }

  async report(tier: Report['tier'] = 'minute', tables = false): Promise<Report> {
    const { reports } = await this.look({ tier, tables });
    const report = reports.find((r) => r.kind === 'prefect');
    if (report === undefined) throw new Error('there is no report of Prefect');
    return report;
  }

  /** Does something while a session holds a table so that nobody else can read it. */
  async whileLocked<T>(table: string, work: () => Promise<T>): Promise<T> {
    const session = await asAdmin(this.#postgres, this.prefect);
    try {
      await session.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
      return await work();
    } finally {
      await session.query('ROLLBACK');
      await session.end();
    }
  }

  /** Runs as Prefect writes them, all expected `seconds` ago and in this state since. */
  async addRuns(many: number, type: string, name: string, seconds: number): Promise<void> {
    await this.database.query(
      `WITH new_flow AS (INSERT INTO flow (name) VALUES ('flow-' || gen_random_uuid()) RETURNING id),
       runs AS (
         SELECT f.id AS flow_id, gen_random_uuid() AS id, gen_random_uuid() AS state_id,
                now() - $4 * interval '1 second' AS at
         FROM new_flow f, generate_series(1, $1)
       ), written AS (
         INSERT INTO flow_run (id, flow_id, name, state_id, state_type, state_name, state_timestamp,
                               expected_start_time, next_scheduled_start_time)
         SELECT id, flow_id, 'run', state_id, $2::state_type, $3, at, at, CASE WHEN $2 = 'SCHEDULED' THEN at END
         FROM runs
       )
       INSERT INTO flow_run_state (id, flow_run_id, type, name, timestamp)
       SELECT state_id, id, $2::state_type, $3, at FROM runs`,
      [many, type, name, seconds],
    );
  }

  /** Runs go with their states. */
  async forgetRuns(): Promise<void> {
    await this.database.query('DELETE FROM flow_run');
  }
}
