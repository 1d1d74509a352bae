import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresConnectionsHigh } from '../../../lib/catalogue/findings/postgres-connections-high.ts';
import type { Tier } from '../../../lib/model/report.ts';
import { TIERS } from '../../../lib/model/report.ts';
import { BUDGET } from '../../../lib/probe/frame.ts';
import { eventually, judge, look } from './look.ts';
import { migratePrefect } from './prefect-schema.ts';
import { openServer, PASSWORD, type Server } from './server.ts';

const SESSIONS = 10;
const RESERVED = 3;

let server: Server;
let tables: readonly string[];
beforeAll(async () => {
  server = await openServer({
    settings: {
      max_connections: String(SESSIONS),
      superuser_reserved_connections: String(RESERVED),
      autovacuum: 'off',
    },
  });
  await server.admin.query('CREATE DATABASE prefect');
  await migratePrefect(server.url('prefect'));
  await server.write(
    'prefect',
    `CREATE ROLE app LOGIN PASSWORD '${PASSWORD}'`,
    `CREATE ROLE vitals LOGIN PASSWORD '${PASSWORD}' CONNECTION LIMIT 2 IN ROLE pg_monitor`,
    'GRANT ALL ON ALL TABLES IN SCHEMA public TO app',
    'GRANT SELECT ON ALL TABLES IN SCHEMA public TO vitals',
  );
  const owner = await server.connect('prefect');
  tables = (await owner.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).rows.map(
    (r) => r.tablename,
  );
  await owner.end();
});
afterAll(() => server?.stop());

const SESSIONS_OF_PROBE = "SELECT pid FROM pg_stat_activity WHERE usename = 'vitals'";

/** Looks while somebody else keeps counting the sessions the probe has. */
async function lookWatched(tier: Tier) {
  const target = server.target('prefect', { user: 'vitals' });
  let most = 0;
  let looking = true;
  const watching = (async () => {
    while (looking) most = Math.max(most, (await server.admin.query(SESSIONS_OF_PROBE)).rowCount ?? 0);
  })();
  const seen = await look(target, [tier]);
  looking = false;
  await watching;
  return { seen, most };
}

describe('with every table of Prefect locked and one connection left', () => {
  it('the probe reports within its budget, over one session, and leaves none behind', async () => {
    expect(tables).toEqual(expect.arrayContaining(['flow_run', 'events', 'work_pool']));
    const locker = await server.connect('prefect', { user: 'app' });
    await locker.query('BEGIN');
    await locker.query(`LOCK TABLE ${tables.map((t) => `"${t}"`).join(', ')} IN ACCESS EXCLUSIVE MODE`);
    const waiters = [];
    const taken = ['the one who watches', 'the one who locked', 'the probe'].length;
    for (let i = 0; i < SESSIONS - RESERVED - taken; i++) {
      const waiter = await server.connect('prefect', { user: 'app' });
      waiters.push(waiter.query('SELECT count(*) FROM flow_run'));
    }

    for (const tier of TIERS) {
      const { seen, most } = await lookWatched(tier);
      const [report] = seen.reports;
      expect(most).toBe(1);
      expect(report?.durationMs).toBeLessThan(BUDGET.totalMs);
      // What would read the locked tables sees that they are; what reads catalogues goes on.
      expect(report?.errors).toEqual([]);
      await eventually(async () => expect((await server.admin.query(SESSIONS_OF_PROBE)).rows).toEqual([]));
      if (tier === 'minute') {
        expect(seen.value('postgres.up')).toBe(1);
        expect(seen.value('postgres.blocked.sessions')).toBe(waiters.length);
        expect(seen.value('postgres.table.rows', 'flow_run')).toBe(0);
        expect(seen.unknown('postgres.flow_runs')).toBe('timeout');
        expect(seen.unknown('postgres.table.bytes', 'flow_run')).toBe('timeout');
        expect(judge(postgresConnectionsHigh, seen)?.severity).toBe('critical');
      }
    }
    await locker.query('ROLLBACK');
    await Promise.all(waiters);
  });
});
