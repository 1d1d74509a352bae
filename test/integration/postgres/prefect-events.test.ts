import { describe, expect, it, vi } from 'vitest';
import { digest } from '../../../lib/assess/derivation.ts';
import { ownPrefect } from './own-prefect.ts';
import { ago } from './prefect-database.ts';
import { commandsOf, evidenceOf, judge, readingOf, reportOf } from './prefect-look.ts';
import { PASSWORD } from './server.ts';

const prefect = ownPrefect({ settings: { shared_preload_libraries: 'pg_stat_statements' } });

const read = (signal: string) => readingOf(prefect.target, signal);

const emptied = async () => {
  await prefect.client.query('TRUNCATE events, event_resources');
  await prefect.client.query('ANALYZE events, event_resources');
};

/** Has the server believe that there are so many events, until it looks again. */
const estimated = (rows: number) =>
  prefect.client.query(
    `SET allow_system_table_mods = on; UPDATE pg_class SET reltuples = ${rows} WHERE relname = 'events'`,
  );

describe('the table of events', () => {
  it('is sized from the catalogue, with the resources of its events', async () => {
    await emptied();
    const before = (await read('postgres.events.bytes'))?.value ?? Number.NaN;
    await prefect.events(3000);
    await prefect.client.query(
      `INSERT INTO event_resources (occurred, resource_id, resource_role, resource, event_id)
       SELECT occurred, resource_id, '', '{}', id FROM events`,
    );
    await prefect.client.query('VACUUM ANALYZE events, event_resources');
    expect((await read('postgres.events.rows'))?.value).toBe(3000);
    expect((await read('postgres.events.bytes'))?.value).toBeGreaterThan(before + 3000 * 100);
  });

  it('tells how fast events arrive and how long they take to be stored', async () => {
    await emptied();
    await prefect.events(100, { received: ago('7 seconds'), updated: ago('1 minute') });
    await prefect.events(50, { received: ago('1 hour'), updated: ago('6 minutes') });
    expect((await read('postgres.events.inserted_per_minute'))?.value).toBe(20);
    expect((await read('postgres.events.ingest_lag_seconds'))?.value).toBeCloseTo(7, 1);
    const newest = (await read('postgres.events.newest_insert_age_seconds'))?.value;
    expect(newest).toBeGreaterThanOrEqual(60);
    expect(newest).toBeLessThan(120);
  });

  it('reads the rate of a flood from its newest rows instead of from all of them', async () => {
    await emptied();
    await prefect.events(6000, { updated: { sql: "now() - i * interval '10 milliseconds'" } });
    const rate = (await read('postgres.events.inserted_per_minute'))?.value;
    expect(rate).toBeGreaterThan(5000);
    expect(rate).toBeLessThanOrEqual(6000);
  });

  it('has no newest event while it is empty, which is no zero', async () => {
    await emptied();
    expect(await read('postgres.events.newest_insert_age_seconds')).toMatchObject({
      value: null,
      unknown: { reason: 'no-traffic' },
    });
    expect((await read('postgres.events.oldest_age_seconds'))?.value).toBe(0);
  });
});

describe('events-table-large', () => {
  const small = { warning: { enter: 2000, leave: 1500 } };

  it('holds while there are too many rows, and names the table', async () => {
    await emptied();
    await prefect.events(2500);
    await prefect.client.query('ANALYZE events');
    const verdict = await judge('events-table-large', prefect.target, small);
    expect(verdict).toMatchObject({ severity: 'warning', evidence: [{ value: 2500, threshold: 2000 }, {}] });
    expect(commandsOf(verdict)).toContain('prefect config set PREFECT_EVENTS_RETENTION_PERIOD="2d"');
    const size = commandsOf(verdict).find((c) => c.includes('pg_total_relation_size')) ?? '';
    expect((await prefect.client.query(size)).rows).toMatchObject([{ row_count: '2,500' }]);
  });

  it('goes away once they are deleted', async () => {
    await prefect.client.query('DELETE FROM events WHERE id IN (SELECT id FROM events LIMIT 2000)');
    await prefect.client.query('VACUUM ANALYZE events');
    await vi.waitFor(async () => expect(await judge('events-table-large', prefect.target, small)).toBeNull());
  });

  it('asks for 5.4 million rows unless told otherwise', async () => {
    expect(await judge('events-table-large', prefect.target)).toBeNull();
    await estimated(5_400_000);
    expect(await judge('events-table-large', prefect.target)).toMatchObject({
      severity: 'warning',
      evidence: [{ value: 5_400_000, threshold: 5_400_000 }, {}],
    });
    await prefect.client.query('ANALYZE events');
    expect(await judge('events-table-large', prefect.target)).toBeNull();
  });
});

describe('events-retention-stopped', () => {
  it('holds while an event is older than seven days and two clean-ups', async () => {
    await emptied();
    await prefect.events(10);
    await prefect.events(1, { occurred: ago('7 days 3 hours') });
    const verdict = await judge('events-retention-stopped', prefect.target);
    expect(verdict).toMatchObject({ severity: 'warning' });
    expect(evidenceOf(verdict)).toContain(
      'the oldest event is 7.1 d old; Prefect’s default retention is 7 d',
    );
  });

  it('goes away once it is deleted, and also when nothing is left', async () => {
    await prefect.client.query("DELETE FROM events WHERE occurred < now() - interval '7 days'");
    expect(await judge('events-retention-stopped', prefect.target)).toBeNull();
    await emptied();
    expect(await judge('events-retention-stopped', prefect.target)).toBeNull();
  });
});

describe('event-retention-growth', () => {
  const small = { warning: { enter: 500, leave: 400 } };

  it('holds while many events a day are kept for a week', async () => {
    await emptied();
    await prefect.events(7000, { occurred: { sql: "now() - interval '7 days' * i / 7000" } });
    await prefect.client.query('ANALYZE events');
    const verdict = await judge('event-retention-growth', prefect.target, small);
    expect(verdict).toMatchObject({ severity: 'warning' });
    expect(evidenceOf(verdict)).toContain('kept for 7 d; at this volume 5 d at most is recommended');
    expect(commandsOf(verdict)).toContain('prefect config set PREFECT_EVENTS_RETENTION_PERIOD="4d"');
  });

  it('asks for half a million a day unless told otherwise', async () => {
    expect(await judge('event-retention-growth', prefect.target)).toBeNull();
    await estimated(3_600_000);
    expect(await judge('event-retention-growth', prefect.target)).toMatchObject({ severity: 'warning' });
  });

  it('goes away once they are kept for less', async () => {
    await prefect.client.query("DELETE FROM events WHERE occurred < now() - interval '4 days'");
    await prefect.client.query('VACUUM ANALYZE events');
    await vi.waitFor(async () =>
      expect(await judge('event-retention-growth', prefect.target, small)).toBeNull(),
    );
  });
});

describe('events-query-slow', () => {
  const SLOW = 'SELECT count(*), pg_sleep(0.25) FROM events';
  const many = async (statement: string) => {
    for (let i = 0; i < 6; i++) await prefect.client.query(statement);
  };

  it('cannot be judged without the extension', async () => {
    expect(await judge('events-query-slow', prefect.target)).toBe('unjudged');
    const { readings } = await reportOf(prefect.target, 'quarter-hour');
    expect(readings.find((r) => r.signal === 'postgres.events.queries.slowest_mean_ms')?.unknown).toEqual({
      reason: 'missing',
      detail: 'the extension pg_stat_statements is not installed in this database',
    });
  });

  it('holds while a query of events takes over 200 ms on average', async () => {
    await prefect.client.query('CREATE SCHEMA "Statistics"');
    await prefect.client.query('CREATE EXTENSION pg_stat_statements SCHEMA "Statistics"');
    await prefect.client.query('DELETE FROM events WHERE id IN (SELECT id FROM events OFFSET 10)');
    await many(SLOW);
    const verdict = await judge('events-query-slow', prefect.target);
    expect(verdict).toMatchObject({ severity: 'warning', evidence: [{ threshold: 200 }, {}, {}] });
    expect(evidenceOf(verdict)).toContain('over 6 calls since the statistics were reset');
    expect(evidenceOf(verdict)).toContain('pg_sleep');
    expect(commandsOf(verdict)).toContain('ANALYZE events;');
  });

  it('goes by what happened between two looks once there were two', async () => {
    const first = await reportOf(prefect.target, 'quarter-hour');
    await many(SLOW);
    await many('SELECT 1 FROM events LIMIT 1');
    const second = await reportOf(prefect.target, 'quarter-hour');
    const { derived } = digest(second, digest(first, undefined));
    const means = derived.filter((r) => r.signal === 'postgres.events.queries.recent_mean_ms');
    const calls = derived.filter((r) => r.signal === 'postgres.events.queries.recent_calls');
    expect(Math.max(...means.map((m) => m.value ?? 0))).toBeGreaterThanOrEqual(250);
    const slowest = means.find((m) => (m.value ?? 0) >= 250)?.labels?.statement;
    expect(calls.find((c) => c.labels?.statement === slowest)?.value).toBe(6);
  });

  it('does not take the deleting of old events for a query, nor another table for this one', async () => {
    await prefect.client.query('SELECT "Statistics".pg_stat_statements_reset()');
    await many('DELETE FROM events WHERE id = (SELECT gen_random_uuid() FROM pg_sleep(0.25))');
    await prefect.client.query('CREATE VIEW my_events AS SELECT 1 FROM pg_sleep(0.25)');
    await many('SELECT * FROM my_events');
    await many('SELECT 1 FROM events LIMIT 1');
    expect(await judge('events-query-slow', prefect.target)).toBeNull();
  });

  it('goes away by the command it offers', async () => {
    await many(SLOW);
    const verdict = await judge('events-query-slow', prefect.target);
    const reset = commandsOf(verdict).find((c) => c.includes('reset')) ?? '';
    await prefect.client.query(`SET search_path TO "Statistics", public; ${reset}`);
    await many('SELECT 1 FROM events LIMIT 1');
    expect(await judge('events-query-slow', prefect.target)).toBeNull();
  });

  it('cannot be judged by a role that may not see what others run', async () => {
    await prefect.server.admin.query(`CREATE ROLE reader LOGIN PASSWORD '${PASSWORD}'`);
    await prefect.client.query('GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader');
    const { errors } = await reportOf({ ...prefect.target, user: 'reader' }, 'quarter-hour');
    expect(errors).toContainEqual({
      collector: 'prefect-events-statements',
      reason: 'permission',
      detail: 'the role lacks pg_monitor: it sees only its own statements',
    });
  });
});
