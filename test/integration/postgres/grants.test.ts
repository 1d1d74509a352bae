import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../lib/config/define.ts';
import { grantsFor, revokesFor } from '../../../lib/config/grants.ts';
import { look } from './look.ts';
import { openServer, PASSWORD, type Server } from './server.ts';

const ROLE = `vitals "the'looker\\`;
const DATABASE = 'Prefect "prod"';
const ELSEWHERE = 'nebula';

const targetIn = (name: string, port: number, user = ROLE) => {
  const config = parseConfig({
    installations: [
      { name: 'test', postgres: [{ name: 'orion', host: '127.0.0.1', port, database: name, user }] },
    ],
  });
  const [target] = config.installations[0]?.postgres ?? [];
  if (target === undefined) throw new Error('the configuration lost its target');
  return { config, target };
};

let server: Server;
beforeAll(async () => {
  server = await openServer({ settings: { shared_preload_libraries: 'pg_stat_statements' } });
  const database = await server.newDatabase(DATABASE);
  await database.query(`
    CREATE TABLE flow_run (id int);
    CREATE TABLE events (id int);
    CREATE TABLE salaries (id int);
    CREATE SCHEMA statements;
    CREATE EXTENSION pg_stat_statements SCHEMA statements`);
  const { config, target } = targetIn(DATABASE, server.port);
  const script = grantsFor(config, 'test', target);
  await server.write(DATABASE, script, script);
  await server.write(DATABASE, `ALTER ROLE "${ROLE.replaceAll('"', '""')}" PASSWORD '${PASSWORD}'`);
});
afterAll(() => server?.stop());

const connect = () => server.connect(DATABASE, { user: ROLE });

describe('the role the grants make', () => {
  it('suffices for everything the probe reads', async () => {
    const seen = await look(server.target(DATABASE, { user: ROLE }));
    expect(seen.reports.flatMap((r) => r.errors)).toEqual([]);
    const refused = seen.readings.filter((r) => r.unknown?.reason === 'permission');
    // Nobody granted it the table that is not Prefect's: of that one the estimate stays unknown.
    expect([...new Set(refused.map((r) => r.labels?.table))]).toEqual(['salaries']);
  });

  it('reads Prefect’s tables and no others, and writes none', async () => {
    const session = await connect();
    await expect(session.query('SELECT * FROM flow_run')).resolves.toMatchObject({ rows: [] });
    await expect(session.query('SELECT * FROM salaries')).rejects.toMatchObject({ code: '42501' });
    await expect(session.query('INSERT INTO flow_run VALUES (1)')).rejects.toMatchObject({ code: '25006' });
    await session.query('SET default_transaction_read_only = off');
    await expect(session.query('INSERT INTO flow_run VALUES (1)')).rejects.toMatchObject({ code: '42501' });
    const { rows } = await session.query(
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock`,
    );
    expect(rows).toEqual([{ statement: '3s', lock: '500ms' }]);
    await session.end();
  });

  it('has two sessions at most', async () => {
    const two = [await connect(), await connect()];
    await expect(connect()).rejects.toMatchObject({ code: '53300' });
    for (const session of two) await session.end();
  });
});

describe('what takes the role away', () => {
  const revoked = (database: string, user?: string) =>
    revokesFor('test', targetIn(database, server.port, user).target);
  const roles = async (name: string) =>
    (await server.admin.query('SELECT FROM pg_roles WHERE rolname = $1', [name])).rowCount;

  it('leaves it where another database of the server still knows it, and drops it with the last', async () => {
    const elsewhere = await server.newDatabase(ELSEWHERE);
    await elsewhere.query('CREATE TABLE flow_run (id int)');
    const { config, target } = targetIn(ELSEWHERE, server.port);
    await server.write(ELSEWHERE, grantsFor(config, 'test', target));

    await server.write(DATABASE, revoked(DATABASE));
    expect(await roles(ROLE)).toBe(1);
    const { rows } = await elsewhere.query(`SELECT has_table_privilege($1, 'flow_run', 'SELECT') AS may`, [
      ROLE,
    ]);
    expect(rows).toEqual([{ may: true }]);

    await server.write(ELSEWHERE, revoked(ELSEWHERE));
    expect(await roles(ROLE)).toBe(0);
    await server.write(ELSEWHERE, revoked(ELSEWHERE));
  });

  it('is for an administrator who is no superuser, as on RDS, to run', async () => {
    await server.admin.query(`CREATE ROLE steward LOGIN CREATEROLE PASSWORD '${PASSWORD}'`);
    await server.admin.query('GRANT pg_monitor TO steward WITH ADMIN OPTION');
    await server.admin.query('CREATE DATABASE managed OWNER steward');
    const steward = await server.connect('managed', { user: 'steward' });
    await steward.query('CREATE SCHEMA prefect CREATE TABLE flow_run (id int)');
    const { config, target } = targetIn('managed', server.port, 'looker');
    await steward.query(grantsFor(config, 'test', target));
    expect(await roles('looker')).toBe(1);
    await steward.query(revoked('managed', 'looker'));
    expect(await roles('looker')).toBe(0);
    await steward.end();
  });
});
