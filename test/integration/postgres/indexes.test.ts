import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresInvalidIndex } from '../../../lib/catalogue/findings/postgres-invalid-index.ts';
import { eventually, judge, look, textOf } from './look.ts';
import { openServer, type Server } from './server.ts';

let server: Server;
let database: pg.Client;
beforeAll(async () => {
  server = await openServer({ settings: { autovacuum: 'off' } });
  database = await server.newDatabase('prefect');
  await database.query(
    'CREATE TABLE event_resources AS SELECT n AS event_id FROM generate_series(1, 5000) n',
  );
});
afterAll(() => server?.stop());

const lookNow = () => look(server.target('prefect'), ['minute']);

describe('an invalid index', () => {
  it('is found by name, and valid again after the command shown', async () => {
    await database.query('INSERT INTO event_resources VALUES (1)');
    const index = '"ix event_resources"';
    await expect(
      database.query(`CREATE UNIQUE INDEX CONCURRENTLY ${index} ON event_resources (event_id)`),
    ).rejects.toMatchObject({ code: '23505' });
    const verdict = judge(postgresInvalidIndex, await lookNow());
    expect(verdict?.severity).toBe('warning');
    expect(textOf(verdict)).toContain('ix event_resources on event_resources');

    await database.query('DELETE FROM event_resources WHERE ctid IN (SELECT max(ctid) FROM event_resources)');
    const [remedy] = verdict?.remedy ?? [];
    await database.query(remedy?.command ?? '');
    expect(judge(postgresInvalidIndex, await lookNow())).toBeNull();
    await database.query(`DROP INDEX ${index}`);
  });

  it('is no fault while it is being built, and one when the building was cut off', async () => {
    const writer = await server.connect('prefect');
    await writer.query('BEGIN; INSERT INTO event_resources VALUES (0)');
    const builder = await server.connect('prefect');
    const [{ pid }] = (await builder.query('SELECT pg_backend_pid() AS pid')).rows;
    const building = builder
      .query('CREATE INDEX CONCURRENTLY ix_event_resources__event_id ON event_resources (event_id)')
      .catch((error) => error);
    await eventually(async () => {
      const { rows } = await server.admin.query(
        'SELECT index_relid FROM pg_stat_progress_create_index WHERE index_relid <> 0',
      );
      expect(rows).toHaveLength(1);
    });
    const { rows } = await database.query('SELECT 1 FROM pg_index WHERE NOT indisvalid');
    expect(rows).toHaveLength(1);
    expect(judge(postgresInvalidIndex, await lookNow())).toBeNull();

    await server.admin.query('SELECT pg_cancel_backend($1)', [pid]);
    expect(await building).toMatchObject({ code: '57014' });
    await writer.query('ROLLBACK');
    expect(judge(postgresInvalidIndex, await lookNow())).not.toBeNull();
    await database.query('DROP INDEX ix_event_resources__event_id');
    expect(judge(postgresInvalidIndex, await lookNow())).toBeNull();
  });
});

describe('the use of indexes', () => {
  it('is told with the sizes of the largest and of those no query used', async () => {
    await database.query('ALTER TABLE event_resources ADD PRIMARY KEY (event_id)');
    await database.query('CREATE INDEX used ON event_resources ((event_id + 1))');
    await database.query('CREATE INDEX unused ON event_resources ((event_id + 2))');
    await server.write(
      'prefect',
      'SET enable_seqscan = off; SELECT * FROM event_resources WHERE event_id + 1 = 7',
    );
    const seen = await eventually(async () => {
      const now = await look(server.target('prefect'), ['quarter-hour']);
      const scans = (now.facts.indexes as { index: string; scans: number }[]).map((i) => [i.index, i.scans]);
      expect(Object.fromEntries(scans)).toMatchObject({ used: 1, unused: 0, event_resources_pkey: 0 });
      return now;
    });
    const unused = seen.value('postgres.indexes.unused_bytes');
    expect(unused).toBeGreaterThan(0);
    expect(seen.value('postgres.indexes.bytes')).toBeGreaterThan(2 * unused);
  });
});
