import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresReplicationSlotInactive } from '../../../lib/catalogue/findings/postgres-replication-slot-inactive.ts';
import { eventually, judge, look, textOf } from './look.ts';
import { openServer, PASSWORD, type Server } from './server.ts';

let primary: Server;
let standby: Server;
beforeAll(async () => {
  primary = await openServer({ settings: { autovacuum: 'off' } });
  await primary.newDatabase('prefect');
  await primary.write('prefect', 'CREATE TABLE events AS SELECT n AS id FROM generate_series(1, 20000) n');
  await primary.write('prefect', 'CREATE INDEX ON events (id)', 'ANALYZE events');
  standby = await openServer({ standbyOf: primary });
});
afterAll(async () => {
  await standby?.stop();
  await primary?.stop();
});

const GIBIBYTE = 2 ** 30;
/** Of one file of the log. */
const FILE_BYTES = 2 ** 24;

describe('a replication slot nobody reads', () => {
  it('is found by what it keeps, and gone with the command shown', async () => {
    const target = primary.target('prefect');
    await primary.admin.query("SELECT pg_create_physical_replication_slot('gone', true)");
    expect(judge(postgresReplicationSlotInactive, await look(target, ['minute']))).toBeNull();

    // A new file of the log for every one of these: they take room without being written to.
    const next = () =>
      primary.admin.query("SELECT pg_logical_emit_message(true, 'vitals', 'x'); SELECT pg_switch_wal()");
    for (let filled = 0; filled < GIBIBYTE; filled += FILE_BYTES) await next();
    const seen = await eventually(async () => {
      await next();
      const now = await look(target, ['minute']);
      expect(now.value('postgres.replication.inactive_retained_bytes')).toBeGreaterThan(GIBIBYTE);
      return now;
    });
    expect(seen.value('postgres.replication.inactive_slots')).toBe(1);
    expect(seen.value('postgres.replication.retained_bytes')).toBe(
      seen.value('postgres.replication.inactive_retained_bytes'),
    );
    const verdict = judge(postgresReplicationSlotInactive, seen);
    expect(verdict?.severity).toBe('warning');
    expect(textOf(verdict)).toContain('slot gone keeps 1.0 GiB');
    const drop = verdict?.remedy?.at(-1)?.command ?? '';
    await primary.admin.query(drop);
    const after = await look(target, ['minute']);
    expect(after.value('postgres.replication.inactive_slots')).toBe(0);
    expect(judge(postgresReplicationSlotInactive, after)).toBeNull();
  });
});

describe('a replica', () => {
  it('is seen by its primary, and lags while its replay is paused', async () => {
    const target = primary.target('prefect');
    await eventually(async () =>
      expect((await look(target, ['minute'])).value('postgres.replication.lag_bytes')).toBe(0),
    );
    await standby.admin.query('SELECT pg_wal_replay_pause()');
    await primary.write('prefect', 'INSERT INTO events SELECT n FROM generate_series(1, 1000) n');
    await eventually(async () =>
      expect((await look(target, ['minute'])).value('postgres.replication.lag_bytes')).toBeGreaterThan(
        10_000,
      ),
    );
    const own = await look(standby.target('prefect'), ['minute']);
    expect(own.value('postgres.replication.lag_bytes')).toBeGreaterThan(10_000);
    expect(own.value('postgres.replication.lag_seconds')).toBeGreaterThan(0);
    await standby.admin.query('SELECT pg_wal_replay_resume()');
    await eventually(async () => {
      const caughtUp = await look(standby.target('prefect'), ['minute']);
      expect(caughtUp.value('postgres.replication.lag_bytes')).toBe(0);
      expect(caughtUp.value('postgres.replication.lag_seconds')).toBe(0);
    });
  });

  it('is unknown to a role that may not look into sessions, while the slots are known', async () => {
    await primary.admin.query(`CREATE ROLE plain LOGIN PASSWORD '${PASSWORD}'`);
    const seen = await look(primary.target('prefect', { user: 'plain' }), ['minute']);
    expect(seen.unknown('postgres.replication.lag_bytes')).toBe('permission');
    expect(seen.value('postgres.replication.inactive_slots')).toBe(0);
  });

  it('can be watched itself: what only the primary counts is unknown, and nothing fails', async () => {
    const seen = await look(standby.target('prefect'));
    expect(seen.reports.flatMap((r) => r.errors)).toEqual([]);
    expect(seen.facts.standby).toBe(true);
    expect(seen.value('postgres.table.rows', 'events')).toBe(20_000);
    expect(seen.unknown('postgres.table.modified_percent', 'events')).toBe('missing');
    expect(seen.unknown('postgres.table.dead_percent', 'events')).toBe('missing');
    expect(seen.unknown('postgres.indexes.unused_bytes')).toBe('missing');
    expect(seen.value('postgres.database.bytes')).toBeGreaterThan(1_000_000);
  });
});

describe('a server without replicas', () => {
  it('has no lag rather than none', async () => {
    const alone = await openServer();
    const seen = await look(alone.target('postgres'), ['minute']);
    expect(seen.unknown('postgres.replication.lag_bytes')).toBe('not-configured');
    await alone.stop();
  });
});
