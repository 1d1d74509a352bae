import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, look } from './look.ts';
import { openServer, PASSWORD, type Server } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await openServer({ settings: { autovacuum: 'off' } });
});
afterAll(() => server?.stop());

describe('the estimate of bloat', () => {
  it('comes near what reading the whole table tells', async () => {
    const database = await server.newDatabase('prefect');
    await database.query('CREATE EXTENSION pgstattuple');
    await database.query(`
      CREATE TABLE events (id uuid, occurred timestamptz, event text, resource jsonb, follows uuid);
      INSERT INTO events
      SELECT gen_random_uuid(), now(), 'prefect.flow-run.' || n % 9,
             jsonb_build_object('prefect.resource.id', 'prefect.flow-run.' || n, 'name', repeat('x', n % 50)),
             CASE WHEN n % 3 = 0 THEN gen_random_uuid() END
      FROM generate_series(1, 60000) n`);
    const target = server.target('prefect');
    const free = async () => {
      const { rows } = await database.query("SELECT free_percent FROM pgstattuple('events')");
      return rows[0].free_percent as number;
    };

    expect((await look(target, ['quarter-hour'])).unknown('postgres.table.bloat_percent', 'events')).toBe(
      'missing',
    );
    await database.query('VACUUM ANALYZE events');
    const full = await look(target, ['quarter-hour']);
    expect(Math.abs(full.value('postgres.table.bloat_percent', 'events') - (await free()))).toBeLessThan(10);

    await database.query("DELETE FROM events WHERE event < 'prefect.flow-run.5'");
    await database.query('VACUUM ANALYZE events');
    const emptied = await look(target, ['quarter-hour']);
    const percent = emptied.value('postgres.table.bloat_percent', 'events');
    expect(percent).toBeGreaterThan(40);
    expect(Math.abs(percent - (await free()))).toBeLessThan(10);
    expect(emptied.value('postgres.table.bloat_bytes', 'events')).toBeGreaterThan(1_000_000);
  });

  it('is unknown to a role that may not read the table, while the share of dead rows is known', async () => {
    const database = await server.newDatabase('closed');
    await server.write('closed', 'CREATE TABLE events AS SELECT n AS id FROM generate_series(1, 60000) n');
    await server.write('closed', 'VACUUM ANALYZE events', 'DELETE FROM events WHERE id <= 15000');
    await server.admin.query(`CREATE ROLE monitor LOGIN PASSWORD '${PASSWORD}' IN ROLE pg_monitor`);
    const target = server.target('closed', { user: 'monitor' });
    await eventually(async () => {
      const seen = await look(target, ['quarter-hour']);
      expect(seen.unknown('postgres.table.bloat_percent', 'events')).toBe('permission');
      expect(seen.value('postgres.table.dead_percent', 'events')).toBe(25);
    });
    await database.query('GRANT SELECT ON events TO monitor');
    const granted = await look(target, ['quarter-hour']);
    expect(granted.value('postgres.table.bloat_percent', 'events')).toBeLessThan(20);
  });
});
