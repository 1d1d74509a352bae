import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { look } from './look.ts';
import { openServer, PASSWORD, type Server } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await openServer({
    settings: { shared_preload_libraries: 'pg_stat_statements', autovacuum: 'off' },
  });
  const database = await server.newDatabase('prefect');
  await database.query('CREATE SCHEMA "Stat Schema"');
  await database.query('CREATE EXTENSION pg_stat_statements SCHEMA "Stat Schema"');
  await database.query(`
    CREATE ROLE prefect LOGIN PASSWORD '${PASSWORD}';
    CREATE ROLE vitals LOGIN PASSWORD '${PASSWORD}' IN ROLE pg_monitor;
    CREATE ROLE plain LOGIN PASSWORD '${PASSWORD}';
    CREATE TABLE events (id int);
    CREATE TABLE event_resources (id int);
    GRANT USAGE ON SCHEMA "Stat Schema" TO prefect, vitals, plain;
    ALTER TABLE events OWNER TO prefect;
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO vitals`);
});
afterAll(() => server?.stop());

const lookAs = (user: string) => look(server.target('prefect', { user }), ['quarter-hour']);

describe('the statement that took most time', () => {
  it('is told with its mean and its calls', async () => {
    const prefect = await server.connect('prefect', { user: 'prefect' });
    await prefect.query('SELECT pg_sleep(0.3), max(id) FROM events WHERE id > 5');

    const seen = await lookAs('vitals');
    expect(seen.value('postgres.statements.worst_mean_ms')).toBeGreaterThanOrEqual(300);
    expect(seen.value('postgres.statements.worst_calls')).toBe(1);
    expect(seen.facts.statements).toMatchObject([
      { text: 'SELECT pg_sleep($1), max(id) FROM events WHERE id > $2', calls: 1 },
      ...Array((seen.facts.statements as unknown[]).length - 1).fill({}),
    ]);
  });
});

describe('the texts of statements', () => {
  it('never carry what is no plain query: a password stays on the server', async () => {
    await server.write('prefect', "ALTER ROLE plain PASSWORD 'hunter2'");
    const seen = await lookAs('vitals');
    expect(JSON.stringify(seen.reports)).not.toContain('hunter2');
    expect(JSON.stringify(seen.facts.statements)).toContain('(another command)');
    await server.admin.query(`ALTER ROLE plain PASSWORD '${PASSWORD}'`);
  });

  it('are hidden from a role that may not see them', async () => {
    const seen = await lookAs('plain');
    expect(JSON.stringify(seen.facts.statements)).toContain('<insufficient privilege>');
  });
});

describe('a database', () => {
  it('without the extension says so', async () => {
    await server.newDatabase('bare');
    const seen = await look(server.target('bare'), ['quarter-hour']);
    expect(seen.unknown('postgres.statements.worst_mean_ms')).toBe('missing');
  });
});
