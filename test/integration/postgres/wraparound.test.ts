import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresWraparound } from '../../../lib/catalogue/findings/postgres-wraparound.ts';
import { eventually, judge, look, textOf } from './look.ts';
import { openServer, type Server } from './server.ts';

/** The least PostgreSQL takes. */
const FREEZE_MAX_AGE = 100_000;

let server: Server;
beforeAll(async () => {
  server = await openServer({
    settings: { autovacuum_freeze_max_age: String(FREEZE_MAX_AGE), autovacuum_naptime: '1s' },
  });
});
afterAll(() => server?.stop());

describe('transaction numbers', () => {
  it('run out while an old transaction holds freezing back, and no more once it is gone', async () => {
    const database = await server.newDatabase('prefect');
    await database.query('CREATE TABLE flow_run (id int)');
    const old = await server.connect('prefect', { application_name: 'forgetful' });
    await old.query('BEGIN; SELECT pg_current_xact_id()');
    // Every subtransaction that writes takes a number.
    await database.query(`
      DO $$ BEGIN
        FOR i IN 1..${3 * FREEZE_MAX_AGE} LOOP
          BEGIN INSERT INTO flow_run VALUES (i); EXCEPTION WHEN OTHERS THEN NULL; END;
        END LOOP;
      END $$`);

    const target = server.target('prefect');
    const seen = await look(target, ['minute']);
    expect(seen.value('postgres.wraparound.age')).toBeGreaterThan(3 * FREEZE_MAX_AGE);
    expect(seen.value('postgres.wraparound.used_percent')).toBeLessThan(1);
    const verdict = judge(postgresWraparound, seen);
    expect(verdict?.severity).toBe('warning');
    expect(textOf(verdict)).toMatch(/VACUUM \(FREEZE, VERBOSE\) "\w+"\."\w+";/);

    await old.end();
    await eventually(async () =>
      expect(judge(postgresWraparound, await look(target, ['minute']))).toBeNull(),
    );
  });
});
