import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { PostgresTarget } from '../../../lib/config/targets.ts';
import { TIERS } from '../../../lib/model/report.ts';
import { prefectTables } from '../../../lib/probe/postgres/prefect-tables.ts';
import { newPrefectDatabase, openPrefectTemplate, type PrefectDatabase } from './prefect-database.ts';
import { reportOf } from './prefect-look.ts';
import { openServer, PASSWORD, type Server } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await openServer();
  await openPrefectTemplate(server);
  await server.admin.query(`CREATE ROLE watcher LOGIN PASSWORD '${PASSWORD}'`);
  await server.admin.query('GRANT pg_monitor TO watcher');
}, 120_000);
afterAll(() => server?.stop());

let numbered = 0;
const fresh = (): Promise<PrefectDatabase> => newPrefectDatabase(server, `discovery_${numbered++}`);

/** Why each of the signals read from Prefect's tables is unknown, in both tiers; those that are known are left out. */
async function unknowns(target: PostgresTarget): Promise<ReadonlyMap<string, string>> {
  const ours = new Set(prefectTables.flatMap((c) => c.signals));
  const reports = [];
  for (const tier of TIERS) reports.push(await reportOf(target, tier));
  return new Map(
    reports
      .flatMap((r) => r.readings)
      .filter((r) => ours.has(r.signal) && r.unknown !== undefined)
      .map((r) => [r.signal, `${r.unknown?.reason}: ${r.unknown?.detail}`]),
  );
}

const OF_STATEMENTS = 'missing: the extension pg_stat_statements is not installed in this database';
/** Unknown of a healthy but idle Prefect. */
const IDLE = new Map([
  ['postgres.events.newest_insert_age_seconds', 'no-traffic: the table holds no events'],
  ['postgres.events.ingest_lag_seconds', 'no-traffic: no event was inserted in the last 5 minutes'],
  ['postgres.work_pool.slots_used_percent', 'missing: no work pool has a concurrency limit'],
  ['postgres.events.queries.slowest_mean_ms', OF_STATEMENTS],
  ['postgres.events.queries.slow_percent', OF_STATEMENTS],
  ['postgres.events.queries.calls', OF_STATEMENTS],
  ['postgres.events.queries.time_ms', OF_STATEMENTS],
]);

describe("the discovery of Prefect's tables", () => {
  it('finds everything in the tables Prefect itself made', async () => {
    const { target } = await fresh();
    expect(await unknowns(target)).toEqual(IDLE);
  });

  it('finds nothing in the database of another role, and says of each signal which table is not there', async () => {
    const signals = new Set(prefectTables.flatMap((c) => c.signals));
    const found = await unknowns(server.target('postgres'));
    expect(new Set(found.keys())).toEqual(signals);
    for (const why of found.values())
      expect(why).toMatch(/^missing: (this database has no table|the extension)/);
  });

  it('goes on with flow runs where events have a database of their own', async () => {
    const { client, target } = await fresh();
    await client.query('DROP TABLE events, event_resources');
    const lost = [...(await unknowns(target))].filter(([signal]) => !IDLE.has(signal));
    expect(new Map(lost)).toEqual(
      new Map([
        ['postgres.events.rows', 'missing: this database has no table events'],
        ['postgres.events.bytes', 'missing: this database has no table events'],
        ['postgres.events.oldest_age_seconds', 'missing: this database has no table events'],
        ['postgres.events.oldest_resource_age_seconds', 'missing: this database has no table events'],
        ['postgres.events.rows_per_day', 'missing: this database has no table events'],
        ['postgres.events.inserted_per_minute', 'missing: this database has no table events'],
        ['postgres.flow_runs.running_with_heartbeat', 'missing: this database has no table events'],
        ['postgres.flow_runs.running_silent', 'missing: this database has no table events'],
      ]),
    );
  });

  it('does not read what no index serves', async () => {
    const { client, target } = await fresh();
    await client.query('DROP INDEX ix_events__occurred, ix_events__occurred_id, ix_flow_run__updated');
    const found = await unknowns(target);
    expect(found.get('postgres.events.oldest_age_seconds')).toBe(
      'missing: events has no usable index on occurred',
    );
    expect(found.get('postgres.flow_runs.created_per_minute')).toBe(
      'missing: flow_run has no usable index on updated',
    );
    expect(found.has('postgres.events.rows')).toBe(false);
    expect(found.has('postgres.events.inserted_per_minute')).toBe(false);
    expect(found.has('postgres.flow_runs.late')).toBe(false);
  });

  it('loses one age in the tables of Prefect 3.6, which lacks three of the indexes of today', async () => {
    const { client, target } = await fresh();
    await client.query(
      'DROP INDEX ix_event_resources__occurred, ix_flow_run__deployment_id, ix_flow_run__state_type_coalesce_start_time',
    );
    const lost = [...(await unknowns(target)).keys()].filter((signal) => !IDLE.has(signal));
    expect(lost).toEqual(['postgres.events.oldest_resource_age_seconds']);
  });

  it('does not trust an index that was never finished', async () => {
    const { client, target } = await fresh();
    await client.query(
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_event_resources__occurred'::regclass",
    );
    expect((await unknowns(target)).get('postgres.events.oldest_resource_age_seconds')).toBe(
      'missing: event_resources has no usable index on occurred',
    );
  });

  it('says which column another release lacks', async () => {
    const { client, target } = await fresh();
    await client.query('ALTER TABLE worker DROP COLUMN heartbeat_interval_seconds');
    const found = await unknowns(target);
    expect(found.get('postgres.workers.fresh')).toBe(
      'missing: worker has no column heartbeat_interval_seconds',
    );
    expect(found.get('postgres.work_pools')).toBe('missing: worker has no column heartbeat_interval_seconds');
    expect(found.has('postgres.flow_runs.stuck_pending')).toBe(false);
  });

  it('tells tables that are elsewhere from tables that are not there', async () => {
    const { client, target } = await fresh();
    await client.query('CREATE SCHEMA prefect; ALTER TABLE worker SET SCHEMA prefect');
    expect((await unknowns(target)).get('postgres.workers.fresh')).toBe(
      'missing: the table worker is not on the search path of the role',
    );
    await client.query(
      `ALTER DATABASE ${client.escapeIdentifier(target.database)} SET search_path = prefect, public`,
    );
    expect((await unknowns(target)).has('postgres.workers.fresh')).toBe(false);
  });

  it('asks for the permission a role with pg_monitor alone lacks', async () => {
    const { client, target } = await fresh();
    const asWatcher = { ...target, user: 'watcher' };
    const found = await unknowns(asWatcher);
    expect(found.get('postgres.flow_runs')).toBe('permission: the role may not read the table flow_run');
    expect(found.get('postgres.events.rows')).toBe('permission: the role may not read the table events');
    await client.query('GRANT SELECT ON events TO watcher');
    const { readings } = await reportOf(asWatcher, 'minute');
    const unknown = (signal: string) => readings.find((r) => r.signal === signal)?.unknown?.reason;
    expect(unknown('postgres.events.rows')).toBeUndefined();
    expect(unknown('postgres.events.bytes')).toBe('permission');
    await client.query('GRANT SELECT ON ALL TABLES IN SCHEMA public TO watcher');
    expect(await unknowns(asWatcher)).toEqual(IDLE);
  });

  it('sums up events that are kept in partitions', async () => {
    const { client, target } = await fresh();
    await client.query(`
      DROP TABLE events;
      CREATE TABLE events (occurred timestamptz NOT NULL, received timestamptz, recorded timestamptz,
                           updated timestamptz) PARTITION BY RANGE (occurred);
      CREATE INDEX ON events (occurred); CREATE INDEX ON events (updated);
      CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2030-01-01');
      CREATE TABLE events_new PARTITION OF events FOR VALUES FROM ('2030-01-01') TO (MAXVALUE);
      INSERT INTO events SELECT t, now(), now(), now() FROM (VALUES (now() - interval '1 day'), ('2031-01-01')) v (t),
                                generate_series(1, 500);
      ANALYZE events`);
    const { readings } = await reportOf(target, 'minute');
    const value = (signal: string) => readings.find((r) => r.signal === signal)?.value;
    expect(value('postgres.events.rows')).toBe(1000);
    expect(value('postgres.events.bytes')).toBeGreaterThan(100_000);
    expect(value('postgres.events.oldest_age_seconds')).toBeGreaterThan(86_000);
  });
});

describe("a probe of Prefect's tables that somebody holds locked", () => {
  it('says so, waits for none of them, and leaves no session behind', async () => {
    const { client, target } = await fresh();
    const tables = await client.query(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'public'",
    );
    await client.query('BEGIN');
    await client.query(`LOCK TABLE ${tables.rows.map((t) => t.name).join(', ')} IN ACCESS EXCLUSIVE MODE`);
    const { readings, errors } = await reportOf(target, 'minute');
    await client.query('ROLLBACK');
    const why = (signal: string) => readings.find((r) => r.signal === signal)?.unknown;
    expect(readings.find((r) => r.signal === 'postgres.up')?.value).toBe(1);
    for (const signal of [
      'postgres.flow_runs',
      'postgres.events.oldest_age_seconds',
      'postgres.work_pools',
    ]) {
      expect(why(signal)).toMatchObject({
        reason: 'timeout',
        detail: expect.stringMatching(/^somebody holds/),
      });
    }
    expect(errors).toEqual([]);
    await vi.waitFor(async () => {
      const left = await server.admin.query(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'prefect-vitals'",
      );
      expect(left.rows).toEqual([]);
    });
    expect([...(await unknowns(target)).keys()].sort()).toEqual([...IDLE.keys()].sort());
  });
});
