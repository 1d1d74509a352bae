import pg from 'pg';
import type { PostgresTarget } from '../../../lib/config/targets.ts';
import { migratePrefect } from './prefect-schema.ts';
import type { Server } from './server.ts';

const TEMPLATE = 'prefect_template';

/** Values of one row; what is left out takes the table's default, and an SQL expression is given as `{ sql }`. */
type Row = Readonly<Record<string, string | number | boolean | null | { readonly sql: string }>>;

/** A database with the tables of a real Prefect, and rows written into them as Prefect writes them. */
export interface PrefectDatabase {
  readonly client: pg.Client;
  readonly target: PostgresTarget;
  readonly url: string;
  insert(table: string, row: Row): Promise<string>;
  /** A pool with one queue. */
  pool(name: string, row?: Row): Promise<{ readonly pool: string; readonly queue: string }>;
  deployment(name: string, row?: Row): Promise<string>;
  /** `many` runs alike. */
  runs(many: number, row: Row): Promise<void>;
  /** `many` events alike, unless their columns say otherwise by `i`. */
  events(many: number, row?: Row): Promise<void>;
}

/** `ago('10 minutes')`: a time in the past, as the server reads it. */
export const ago = (interval: string) => ({ sql: `now() - interval '${interval}'` });
export const ahead = (interval: string) => ({ sql: `now() + interval '${interval}'` });

const expressionOf = (value: Row[string]): string => {
  if (value === null) return 'NULL';
  if (typeof value === 'object') return value.sql;
  return typeof value === 'string' ? pg.escapeLiteral(value) : String(value);
};

const insertOf = (table: string, row: Row, many = 1): string =>
  `INSERT INTO ${table} (${Object.keys(row).map(pg.escapeIdentifier).join(', ')})
   SELECT ${Object.values(row).map(expressionOf).join(', ')} FROM generate_series(1, ${many}) AS i RETURNING id`;

/** Lets Prefect make its tables once a server; every database is then a copy. */
export async function openPrefectTemplate(server: Server): Promise<void> {
  await server.admin.query(`CREATE DATABASE ${TEMPLATE}`);
  await migratePrefect(server.url(TEMPLATE));
}

export async function newPrefectDatabase(server: Server, name: string): Promise<PrefectDatabase> {
  await server.admin.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${TEMPLATE}`);
  const client = await server.connect(name);
  const insert = async (table: string, row: Row): Promise<string> =>
    String((await client.query(insertOf(table, row))).rows[0]?.id);
  const flow = await insert('flow', { name: 'tides' });
  return {
    client,
    target: server.target(name),
    url: server.url(name),
    insert,
    async pool(poolName, row = {}) {
      const pool = await insert('work_pool', { name: poolName, type: 'kubernetes', status: 'READY', ...row });
      const queue = await insert('work_queue', { name: 'default', work_pool_id: pool, status: 'READY' });
      return { pool, queue };
    },
    deployment: (deploymentName, row = {}) =>
      insert('deployment', { name: deploymentName, flow_id: flow, ...row }),
    async runs(many, row) {
      await client.query(insertOf('flow_run', { name: 'quiet-otter', flow_id: flow, ...row }, many));
    },
    async events(many, row = {}) {
      const now = { sql: 'now()' };
      const event = {
        occurred: now,
        event: 'prefect.flow-run.Completed',
        resource_id: 'prefect.flow-run.1',
        resource: '{}',
        payload: '{}',
        received: now,
        recorded: now,
        ...row,
      };
      await client.query(insertOf('events', event, many));
    },
  };
}
