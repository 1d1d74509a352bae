import { Client } from 'pg';
import type { Sample } from '../sample.ts';

/** Whoever looks for the one to blame finds this name. */
export const HOLDER = 'forgotten-migration';
/** What background work writes to. All of it can still be read, so that work goes on coming in: only none gets done. */
const TABLES = ['work_queue', 'deployment', 'flow_run', 'worker', 'task_run'];
const LOCK = `LOCK TABLE ${TABLES.join(', ')} IN SHARE ROW EXCLUSIVE MODE`;

/** Somebody's session that locks the tables and goes to lunch. */
export class Lock {
  readonly #session: Client;

  private constructor(session: Client) {
    this.#session = session;
  }

  static async take({ postgres: { host, port }, prefect }: Sample): Promise<Lock> {
    const { owner, name } = prefect.database;
    const session = new Client({ host, port, ...owner, database: name, application_name: HOLDER });
    await session.connect();
    await session.query('BEGIN');
    await session.query(LOCK);
    return new Lock(session);
  }

  async release(): Promise<void> {
    await this.#session.query('ROLLBACK');
    await this.#session.end();
  }
}
