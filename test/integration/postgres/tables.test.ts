import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { statisticsStale } from '../../../lib/catalogue/findings/statistics-stale.ts';
import { eventually, judge, look, textOf } from './look.ts';
import { openServer, type Server } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await openServer({ settings: { autovacuum: 'off' } });
  await server.newDatabase('prefect');
});
afterAll(() => server?.stop());

const lookNow = () => look(server.target('prefect'), ['minute']);

describe('statistics of a table', () => {
  it('are stale when it was filled and never analysed, until the command shown is run', async () => {
    await server.write('prefect', 'CREATE TABLE events AS SELECT n AS id FROM generate_series(1, 20000) n');
    const verdict = await eventually(async () => {
      const found = judge(statisticsStale, await lookNow());
      expect(found).not.toBeNull();
      return found;
    });
    expect(textOf(verdict)).toContain('events: 100 % of its rows were written since it was created');
    for (const { command } of verdict?.remedy ?? []) await server.write('prefect', command ?? '');
    await eventually(async () => expect(judge(statisticsStale, await lookNow())).toBeNull());
    await eventually(async () => {
      const seen = await lookNow();
      expect(seen.value('postgres.table.rows', 'events')).toBe(20_000);
      expect(seen.value('postgres.table.analyze_age_seconds', 'events')).toBeLessThan(60);
      expect(seen.facts.tables).toMatchObject([{ table: 'events', analyze_scale_factor: 0.02 }]);
    });
  });

  it('are not called stale for what was written within the day', async () => {
    await server.write('prefect', 'UPDATE events SET id = id');
    const seen = await eventually(async () => {
      const now = await lookNow();
      expect(now.value('postgres.table.modified_percent', 'events')).toBe(100);
      return now;
    });
    expect(judge(statisticsStale, seen)).toBeNull();
    expect(seen.value('postgres.table.dead_rows', 'events')).toBe(20_000);
    expect(seen.unknown('postgres.table.vacuum_age_seconds', 'events')).toBe('missing');
    await server.write('prefect', 'VACUUM events');
    await eventually(async () => {
      const now = await lookNow();
      expect(now.value('postgres.table.dead_rows', 'events')).toBe(0);
      expect(now.value('postgres.table.vacuum_age_seconds', 'events')).toBeLessThan(60);
    });
  });
});

/**
 * Lets time pass since a table was analysed. A server that is shut down leaves its statistics in a file, in which a time
 * is eight bytes: microseconds since the year 2000.
 */
async function analysedEarlier(table: string, byDays: number): Promise<void> {
  const session = await server.connect('prefect');
  const { rows } = await session.query(
    `SELECT trunc(extract(epoch FROM last_analyze - '2000-01-01Z') * 1e6)::text AS microseconds
     FROM pg_stat_user_tables WHERE relname = $1`,
    [table],
  );
  await server.halt();
  const file = join(server.directory, 'pg_stat', 'pgstat.stat');
  const statistics = await readFile(file);
  const bytesOf = (microseconds: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(microseconds);
    return bytes;
  };
  const then = BigInt(rows[0].microseconds);
  const found = statistics.indexOf(bytesOf(then));
  expect(found).toBeGreaterThan(0);
  bytesOf(then - BigInt(byDays) * 86_400_000_000n).copy(statistics, found);
  await writeFile(file, statistics);
  await server.resume();
}

describe('statistics that were good once', () => {
  it('are stale when a day went by and much was written, until the command shown is run', async () => {
    await server.write('prefect', 'CREATE TABLE task_run AS SELECT n AS id FROM generate_series(1, 20000) n');
    await server.write('prefect', 'ANALYZE task_run', 'UPDATE task_run SET id = id WHERE id <= 5000');
    await eventually(async () =>
      expect((await lookNow()).value('postgres.table.modified_percent', 'task_run')).toBe(25),
    );
    expect(judge(statisticsStale, await lookNow())).toBeNull();
    await analysedEarlier('task_run', 2);

    const verdict = judge(statisticsStale, await lookNow());
    expect(verdict?.severity).toBe('warning');
    expect(textOf(verdict)).toContain(
      'task_run: 25 % of its rows were written since it was last analysed 2.0 days ago',
    );
    const analyze = verdict?.remedy?.find((r) => r.command?.startsWith('ANALYZE '))?.command ?? '';
    expect(analyze).toBe('ANALYZE "public"."task_run";');
    await server.write('prefect', analyze);
    await eventually(async () => expect(judge(statisticsStale, await lookNow())).toBeNull());
    await server.write('prefect', 'DROP TABLE task_run');
  });
});

describe('rows', () => {
  it('are still known roughly after a crash emptied the statistics', async () => {
    await server.write('prefect', 'CREATE TABLE log AS SELECT n AS id FROM generate_series(1, 5000) n');
    await eventually(async () => expect((await lookNow()).value('postgres.table.rows', 'log')).toBe(5000));
    await server.write('prefect', 'ANALYZE log');
    await server.write('prefect', "SELECT pg_stat_reset_single_table_counters('log'::regclass)");
    await server.write('prefect', 'INSERT INTO log SELECT n FROM generate_series(1, 70) n');
    await eventually(async () => {
      const seen = await lookNow();
      expect(seen.unknown('postgres.table.analyze_age_seconds', 'log')).toBe('missing');
      expect(seen.value('postgres.table.rows', 'log')).toBe(5000);
    });
  });
});

describe('a locked table', () => {
  it.each([
    ['the table', 'LOCK TABLE log IN ACCESS EXCLUSIVE MODE'],
    ['an index of it', 'REINDEX INDEX log_id'],
  ])(
    'is not waited for when %s is locked: its size is unknown and that of others is not',
    async (_, lock) => {
      await server.write('prefect', 'CREATE INDEX IF NOT EXISTS log_id ON log (id)');
      const session = await server.connect('prefect');
      onTestFinished(() => session.end());
      await session.query('BEGIN');
      await session.query(lock);
      const seen = await lookNow();
      expect(seen.unknown('postgres.table.bytes', 'log')).toBe('timeout');
      expect(seen.value('postgres.table.bytes', 'events')).toBeGreaterThan(100_000);
      expect(seen.value('postgres.table.rows', 'log')).toBeGreaterThanOrEqual(5000);
      expect(seen.reports[0]?.errors).toEqual([]);
      await session.query('ROLLBACK');
      await session.end();
      await eventually(async () =>
        expect((await lookNow()).value('postgres.table.bytes', 'log')).toBeGreaterThan(0),
      );
    },
  );
});

describe('the tables looked at', () => {
  it('are Prefect’s wherever they are and then the largest, a dozen at most, each in no other’s name', async () => {
    await server.write('prefect', 'CREATE SCHEMA tenant');
    await server.write('prefect', 'CREATE TABLE tenant.flow_run (id int)');
    for (let i = 0; i < 20; i++) await server.write('prefect', `CREATE TABLE small_${i} (id int)`);
    await server.write('prefect', 'CREATE TABLE "large, and ""odd""" AS SELECT * FROM events');
    await server.write('prefect', 'VACUUM "large, and ""odd"""');
    const seen = await lookNow();
    const tables = seen.readings.flatMap((r) =>
      r.signal === 'postgres.table.rows' ? [r.labels?.table] : [],
    );
    expect(tables).toHaveLength(12);
    expect(tables).toEqual(expect.arrayContaining(['events', 'log', 'tenant.flow_run', 'large, and "odd"']));
  });

  it('are none, and said to be none, in an empty database', async () => {
    await server.newDatabase('empty');
    const seen = await look(server.target('empty'));
    expect(seen.unknown('postgres.table.rows')).toBe('missing');
    expect(seen.unknown('postgres.table.bloat_percent')).toBe('missing');
    expect(seen.reports.flatMap((r) => r.errors)).toEqual([]);
  });
});
