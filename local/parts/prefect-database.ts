import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { parseConfig } from '../../lib/config/define.ts';
import { grantsFor } from '../../lib/config/grants.ts';
import { type Login, type PostgresServer, withSession } from './postgres.ts';

/** Prefect's database on a server, with the role that owns it and the one that watches it. */
export interface PrefectDatabase {
  readonly name: string;
  readonly owner: Login;
  readonly monitor: Login;
}

const NAME = 'prefect';
const OWNER = 'prefect';
const MONITOR = 'prefect_vitals';

/** The very script a customer's administrator runs: what it forgets is missed here first. */
function grantsOfMonitor({ host, port }: PostgresServer): string {
  const target = { name: 'orion', host, port, database: NAME, user: MONITOR };
  const config = parseConfig({ installations: [{ name: 'local', postgres: [target] }] });
  const [postgres] = config.installations.flatMap((i) => i.postgres);
  if (postgres === undefined) throw new Error('the configuration has no database');
  return grantsFor(config, 'local', postgres);
}

async function login(session: Client, user: string): Promise<Login> {
  const password = randomBytes(18).toString('base64url');
  const known = await session.query('SELECT FROM pg_roles WHERE rolname = $1', [user]);
  const verb = known.rowCount === 0 ? 'CREATE' : 'ALTER';
  await session.query(`${verb} ROLE ${user} LOGIN PASSWORD '${password}'`);
  return { user, password };
}

/** A database that is marked as a template has gone through all migrations; one that is not was interrupted. */
async function hasTemplate(session: Client, template: string): Promise<boolean> {
  const { rowCount } = await session.query('SELECT FROM pg_database WHERE datname = $1 AND datistemplate', [
    template,
  ]);
  return rowCount === 1;
}

/** Drops whatever carries the name, and whoever is connected to it. */
async function recreate(session: Client, database: string, options: string): Promise<void> {
  await session.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await session.query(`CREATE DATABASE ${database} OWNER ${OWNER} ${options}`);
}

/**
 * Makes Prefect's database anew, without any runs of last time, from a template of the same server that is migrated once
 * for every `version`.
 *
 * @param migrate is given a database that is empty, and its owner, and creates Prefect's tables in it.
 */
export function preparePrefectDatabase(
  postgres: PostgresServer,
  version: string,
  migrate: (database: Pick<PrefectDatabase, 'name' | 'owner'>) => Promise<void>,
): Promise<PrefectDatabase> {
  return withSession(postgres, postgres.admin, 'postgres', async (session) => {
    const owner = await login(session, OWNER);
    const monitor = await login(session, MONITOR);
    const template = `prefect_migrated_${version}`;
    if (!(await hasTemplate(session, template))) {
      await recreate(session, template, '');
      await migrate({ name: template, owner });
      await session.query(`ALTER DATABASE ${template} IS_TEMPLATE true`);
    }
    await recreate(session, NAME, `TEMPLATE ${template} STRATEGY file_copy`);
    await withSession(postgres, postgres.admin, NAME, async (inside) => {
      await inside.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
      await inside.query(grantsOfMonitor(postgres));
    });
    return { name: NAME, owner, monitor };
  });
}
