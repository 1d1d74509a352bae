import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingOffRecommended } from '../../../lib/catalogue/findings/setting-off-recommended.ts';
import { eventually, judge, look, textOf } from './look.ts';
import { ownPrefect } from './own-prefect.ts';
import { ago } from './prefect-database.ts';
import { judge as judgeOn, reportOf } from './prefect-look.ts';
import { openServer, PASSWORD, type Server } from './server.ts';

/** What a role finds first where Amazon runs the server: settings of its own, and functions that refuse on Aurora. */
const OF_RDS = `
  CREATE SCHEMA rds;
  CREATE VIEW rds.pg_settings AS
    SELECT name, setting FROM pg_catalog.pg_settings UNION ALL SELECT 'rds.extensions', 'pg_stat_statements';
  GRANT USAGE ON SCHEMA rds TO PUBLIC; GRANT SELECT ON rds.pg_settings TO PUBLIC;
  CREATE ROLE on_rds LOGIN PASSWORD '${PASSWORD}' IN ROLE pg_monitor;
  ALTER ROLE on_rds SET search_path = rds, pg_catalog, public`;
const REFUSING = ['pg_last_wal_receive_lsn', 'pg_last_wal_replay_lsn', 'pg_last_xact_replay_timestamp'];
const OF_AURORA = `
  CREATE SCHEMA aurora;
  CREATE FUNCTION aurora.aurora_version() RETURNS text LANGUAGE sql AS $$ SELECT '17.4' $$;
  ${REFUSING.map(
    (name) => `
  CREATE FUNCTION aurora.${name}() RETURNS ${name.endsWith('lsn') ? 'pg_lsn' : 'timestamptz'} LANGUAGE plpgsql AS $$
    BEGIN RAISE feature_not_supported USING MESSAGE = 'Function ${name}() is currently not supported for Aurora'; END $$;`,
  ).join('')}
  GRANT USAGE ON SCHEMA aurora TO PUBLIC;
  CREATE ROLE on_aurora LOGIN PASSWORD '${PASSWORD}' IN ROLE pg_monitor;
  GRANT SELECT ON ALL TABLES IN SCHEMA public TO on_aurora;
  ALTER ROLE on_aurora SET search_path = aurora, pg_catalog, public`;

/** RDS reserves sessions under a name of its own. */
const prefect = ownPrefect({
  settings: {
    'rds.rds_superuser_reserved_connections': '2',
    max_connections: '40',
    superuser_reserved_connections: '3',
    autovacuum: 'off',
  },
});
let replica: Server;
beforeAll(async () => {
  await prefect.client.query(OF_RDS);
  await prefect.runs(3, { state_type: 'PENDING', state_name: 'Pending', state_timestamp: ago('15 minutes') });
  replica = await openServer({ standbyOf: prefect.server, settings: { max_connections: '40' } });
});
afterAll(() => replica?.stop());

const onReplica = () => replica.target(prefect.target.database);

describe('RDS', () => {
  it('is known by its settings, and what it reserves is taken off the connections', async () => {
    const seen = await look({ ...prefect.target, user: 'on_rds' });
    expect(seen.facts.platform).toBe('rds');
    expect(seen.value('postgres.connections.limit')).toBe(40 - 3 - 2);
    expect(textOf(judge(settingOffRecommended, seen))).toContain('aws rds modify-db-parameter-group');
  });
});

describe('a read replica of the database of a Prefect', () => {
  it('tells of runs what the primary tells, and finds them stuck until they are not', async () => {
    for (const tier of ['minute', 'quarter-hour'] as const)
      expect((await reportOf(onReplica(), tier)).errors).toEqual([]);
    expect(await judgeOn('stuck-pending', onReplica())).toMatchObject({
      severity: 'warning',
      evidence: [{ value: 3 }, {}],
    });
    await prefect.client.query("UPDATE flow_run SET state_type = 'CANCELLED', state_name = 'Cancelled'");
    await eventually(async () => expect(await judgeOn('stuck-pending', onReplica())).toBeNull());
  });
});

describe('Aurora', () => {
  it('lacks what it refuses to say of replication, and nothing else', async () => {
    await prefect.client.query(OF_AURORA);
    const aurora = { ...onReplica(), user: 'on_aurora' };
    await eventually(async () => expect((await look(aurora, ['minute'])).value('postgres.up')).toBe(1));
    const seen = await look(aurora);
    expect(seen.facts).toMatchObject({ platform: 'aurora', standby: true });
    expect(seen.reports.flatMap((r) => r.errors)).toEqual([]);
    const lost = seen.readings.filter((r) => r.unknown?.detail.includes('does not offer this'));
    expect(lost.map((r) => r.signal)).toEqual([
      'postgres.replication.lag_bytes',
      'postgres.replication.lag_seconds',
    ]);
    expect(seen.value('postgres.replication.inactive_slots')).toBe(0);
    expect(seen.value('postgres.flow_runs', 'PENDING')).toBe(0);
    expect(textOf(judge(settingOffRecommended, seen))).toContain('aws rds modify-db-cluster-parameter-group');
  });
});
