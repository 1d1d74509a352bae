import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresDeadlocks } from '../../../lib/catalogue/findings/postgres-deadlocks.ts';
import { eventually, judge, look } from './look.ts';
import { openServer, type Server } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await openServer({ settings: { deadlock_timeout: '20ms', autovacuum: 'off' } });
  const database = await server.newDatabase('prefect');
  await database.query('CREATE TABLE flow_run (id int PRIMARY KEY, state text)');
  await database.query("INSERT INTO flow_run VALUES (1, 'PENDING'), (2, 'PENDING')");
});
afterAll(() => server?.stop());

/** Two sessions each take a row and then want the other's. */
async function deadlock(): Promise<void> {
  const [one, two] = await Promise.all([server.connect('prefect'), server.connect('prefect')]);
  const take = 'UPDATE flow_run SET state = state WHERE id = ';
  for (const session of [one, two]) await session.query('BEGIN');
  await one.query(`${take} 1`);
  await two.query(`${take} 2`);
  const ends = await Promise.allSettled([one.query(`${take} 2`), two.query(`${take} 1`)]);
  expect(ends.map((e) => e.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await Promise.all([one.end(), two.end()]);
}

describe('deadlocks', () => {
  it('are a finding when some happened between two probes, and none when none did', async () => {
    const target = server.target('prefect');
    const before = await look(target, ['minute']);
    await deadlock();
    const after = await eventually(async () => {
      const seen = await look(target, ['minute'], before);
      expect(seen.value('postgres.deadlocks.total')).toBe(before.value('postgres.deadlocks.total') + 1);
      return seen;
    });
    expect(judge(postgresDeadlocks, after)?.severity).toMatch(/warning|critical/);
    const quiet = await look(target, ['minute'], after);
    expect(judge(postgresDeadlocks, quiet)).toBeNull();
  });
});

describe('what the server counts', () => {
  it('becomes shares and rates once there is traffic enough to speak of', async () => {
    const target = server.target('prefect');
    const before = await look(target, ['minute']);
    expect(before.unknown('postgres.transactions.rollback_percent')).toBe('needs-two-probes');

    const session = await server.connect('prefect');
    for (let i = 0; i < 300; i++) await session.query('SELECT count(*) FROM pg_class');
    for (let i = 0; i < 300; i++) await session.query('SELECT 1 / 0').catch(() => {});
    await session.query('CREATE TABLE log AS SELECT repeat($$x$$, 900) FROM generate_series(1, 20000) n');
    for (let i = 0; i < 20; i++) await session.query('SELECT count(*) FROM log');
    await session.query('SET work_mem = 64');
    await session.query('SELECT count(*) FROM (SELECT n FROM generate_series(1, 200000) n ORDER BY -n) x');
    await session.end();

    const seen = await eventually(async () => {
      const now = await look(target, ['minute'], before);
      expect(now.value('postgres.temporary.bytes_per_second')).toBeGreaterThan(0);
      expect(now.value('postgres.transactions.rollback_percent')).toBeGreaterThan(30);
      return now;
    });
    expect(seen.value('postgres.transactions.rollback_percent')).toBeLessThan(60);
    expect(seen.value('postgres.buffers.hit_ratio_percent')).toBeGreaterThan(50);
  });
});
