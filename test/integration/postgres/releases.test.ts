import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { belowMinimumVersion } from '../../../lib/catalogue/findings/below-minimum-version.ts';
import { postgresConnectionsHigh } from '../../../lib/catalogue/findings/postgres-connections-high.ts';
import { postgresLockContention } from '../../../lib/catalogue/findings/postgres-lock-contention.ts';
import { parseConfig } from '../../../lib/config/define.ts';
import { grantsFor } from '../../../lib/config/grants.ts';
import { eventually, judge, look, type Seen, textOf } from './look.ts';
import { migratePrefect } from './prefect-schema.ts';
import { programsOf, type Release } from './releases.ts';
import { openServer, PASSWORD, type Server } from './server.ts';

const DATABASE = 'prefect';
const ROLE = 'vitals';
const SESSIONS = 12;
const RESERVED = 3;

/** A server of a release, with few sessions to use up and with what the probe can do more with. */
const openRelease = async (release: Release): Promise<Server> =>
  openServer({
    programs: await programsOf(release),
    settings: {
      shared_preload_libraries: 'pg_stat_statements,auto_explain',
      max_connections: String(SESSIONS),
      superuser_reserved_connections: String(RESERVED),
      max_wal_senders: '0',
      autovacuum: 'off',
    },
  });

/** Gives it the tables of Prefect, and the role that the printed grants make. */
async function prepare(server: Server): Promise<void> {
  const database = await server.newDatabase(DATABASE);
  await database.query('CREATE EXTENSION pg_stat_statements');
  await migratePrefect(server.url(DATABASE));
  const orion = { name: 'orion', host: '127.0.0.1', port: server.port, database: DATABASE, user: ROLE };
  const config = parseConfig({ installations: [{ name: 'test', postgres: [orion] }] });
  const [target] = config.installations[0]?.postgres ?? [];
  if (target === undefined) throw new Error('the configuration lost its target');
  await database.query(grantsFor(config, 'test', target));
  await database.query(`ALTER ROLE ${ROLE} PASSWORD '${PASSWORD}'`);
  await database.end();
}

const lookAt = (server: Server): Promise<Seen> => look(server.target(DATABASE, { user: ROLE }));

/** Why what is unknown is unknown, and which signals those are. */
const unknowns = ({ readings }: Seen): Readonly<Record<string, readonly string[]>> => {
  const all = readings.flatMap(({ signal, unknown }) => (unknown ? [{ signal, ...unknown }] : []));
  const byReason = Object.entries(Object.groupBy(all, (u) => u.reason));
  return Object.fromEntries(
    byReason.map(([reason, of = []]) => [reason, [...new Set(of.map((u) => u.signal))].toSorted()]),
  );
};

/** Unknown of any Prefect that was made a moment ago and that nobody uses. */
const OF_NEW_AND_IDLE = {
  'needs-two-probes': [
    'postgres.buffers.hit_ratio_percent',
    'postgres.database.growth_bytes_per_hour',
    'postgres.deadlocks.per_minute',
    'postgres.temporary.bytes_per_second',
    'postgres.transactions.rollback_percent',
  ],
  'no-traffic': [
    'postgres.events.ingest_lag_seconds',
    'postgres.events.newest_insert_age_seconds',
    'postgres.events.queries.calls',
    'postgres.events.queries.recent_calls',
    'postgres.events.queries.recent_mean_ms',
    'postgres.events.queries.slow_percent',
    'postgres.events.queries.slowest_mean_ms',
    'postgres.events.queries.time_ms',
    'postgres.recording.newest_age_seconds',
    'postgres.service.done_age_seconds',
    'postgres.table.dead_percent',
  ],
  'not-configured': [
    'postgres.clients.limit_used_percent',
    'postgres.replication.lag_bytes',
    'postgres.replication.lag_seconds',
  ],
  missing: [
    'postgres.table.analyze_age_seconds',
    'postgres.table.bloat_bytes',
    'postgres.table.bloat_percent',
    'postgres.table.vacuum_age_seconds',
    'postgres.work_pool.slots_used_percent',
  ],
  // The largest tables are looked at too, and of those that no collector reads nothing was granted.
  permission: ['postgres.table.bloat_bytes', 'postgres.table.bloat_percent'],
};

/** All other tests run on PostgreSQL 18. */
describe.each([14, 15, 16, 17] as const)('PostgreSQL %s', (release) => {
  let server: Server;
  beforeAll(async () => {
    server = await openRelease(release);
    await prepare(server);
  });
  afterAll(() => server?.stop());

  it('is read whole by the role that the grants make, and found recent enough', async () => {
    const seen = await lookAt(server);
    expect(Math.floor(seen.value('postgres.version_number') / 10_000)).toBe(release);
    expect(seen.reports.flatMap((r) => r.errors)).toEqual([]);
    expect(unknowns(seen)).toEqual(OF_NEW_AND_IDLE);
    expect(judge(belowMinimumVersion, seen)).toBeNull();
  });

  it('says who waits for whom, until nobody does', async () => {
    const atOnce = { ...postgresLockContention, thresholds: { warning: { enter: 0.05, leave: 0.05 } } };
    const [root, second, last] = await Promise.all([1, 2, 3].map(() => server.connect(DATABASE)));
    const [{ pid }] = (await root?.query('SELECT pg_backend_pid() AS pid'))?.rows ?? [];
    await root?.query('BEGIN; LOCK TABLE work_pool IN SHARE MODE');
    const waiting = [second, last].map((session) => session?.query('BEGIN; LOCK TABLE work_pool'));
    await eventually(async () => {
      const text = textOf(judge(atOnce, await lookAt(server)));
      expect(text).toContain(`SELECT pg_terminate_backend(${pid});`);
    });
    await root?.end();
    await Promise.any(waiting);
    await Promise.all([second?.end(), last?.end()]);
    await eventually(async () => expect(judge(atOnce, await lookAt(server))).toBeNull());
  });

  it('counts as up and full when it turns everybody away', async () => {
    await server.write(DATABASE, `CREATE ROLE app LOGIN PASSWORD '${PASSWORD}'`);
    const held = [];
    for (let i = 1; i < SESSIONS - RESERVED; i++) held.push(await server.connect(DATABASE, { user: 'app' }));
    const seen = await lookAt(server);
    expect(seen.value('postgres.up')).toBe(1);
    expect(judge(postgresConnectionsHigh, seen)?.severity).toBe('critical');
    for (const session of held) await session.end();
    await eventually(async () => expect(judge(postgresConnectionsHigh, await lookAt(server))).toBeNull());
  });
});

describe('PostgreSQL 13', () => {
  let server: Server;
  beforeAll(async () => {
    server = await openRelease(13);
    await server.newDatabase(DATABASE);
  });
  afterAll(() => server?.stop());

  it('is found too old, and still told whether it is up', async () => {
    const seen = await look(server.target(DATABASE));
    expect(seen.value('postgres.up')).toBe(1);
    const verdict = judge(belowMinimumVersion, seen);
    expect(verdict?.severity).toBe('info');
    expect(textOf(verdict)).toContain('the server is PostgreSQL 13.23; the minimum is 14');
    expect(seen.reports.flatMap((r) => r.errors)).toEqual([]);
  });
});
