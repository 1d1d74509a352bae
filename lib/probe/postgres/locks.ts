import type pg from 'pg';
import * as v from 'valibot';
import type { Collector } from '../collector.ts';
import { rootBlockersOf, type Waiting } from './blocking.ts';

/** Zero rows are filled in, so that a mode nobody holds reads 0. Our own locks do not count. */
const HELD = `
  SELECT m.mode, count(l.pid)::int AS held
  FROM unnest(ARRAY['AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock',
                    'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock']) AS m (mode)
  LEFT JOIN pg_locks l
    ON l.mode = m.mode AND l.granted AND l.pid <> pg_backend_pid()
   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  GROUP BY m.mode`;

/** pg_blocking_pids takes the lock manager's locks for a moment: it is asked only for sessions that wait. */
const WAITING = `
  SELECT a.pid, pg_blocking_pids(a.pid) AS blockers,
         coalesce(extract(epoch FROM clock_timestamp() - min(l.waitstart)), 0)::float8 AS seconds
  FROM pg_stat_activity a
  JOIN pg_locks l ON l.pid = a.pid AND NOT l.granted
  WHERE a.datname = current_database()
  GROUP BY a.pid
  ORDER BY seconds DESC
  LIMIT 500`;

const BLOCKERS = `
  SELECT pid, application_name, state, extract(epoch FROM clock_timestamp() - xact_start)::float8 AS transaction_seconds
  FROM pg_stat_activity
  WHERE pid = ANY ($1)`;

const Held = v.array(v.object({ mode: v.string(), held: v.number() }));
const WaitingRows = v.array(
  v.object({ pid: v.number(), blockers: v.array(v.number()), seconds: v.number() }),
);
const Blockers = v.array(
  v.object({
    pid: v.number(),
    application_name: v.nullable(v.string()),
    state: v.nullable(v.string()),
    transaction_seconds: v.nullable(v.number()),
  }),
);

const CHAINS_SHOWN = 5;

async function describe(client: pg.Client, waiting: readonly Waiting[]) {
  const roots = rootBlockersOf(waiting).slice(0, CHAINS_SHOWN);
  const described = v.parse(Blockers, (await client.query(BLOCKERS, [roots.map((r) => r.pid)])).rows);
  return roots.map((root) => {
    const session = described.find((d) => d.pid === root.pid);
    return {
      pid: root.pid,
      application_name: session?.application_name ?? null,
      state: session?.state ?? null,
      transaction_seconds: session?.transaction_seconds ?? null,
      waiting: root.waiting,
      depth: root.depth,
    };
  });
}

/** Locks by mode, the sessions that wait for one, and who stands at the root of the waiting. */
export const locks: Collector<pg.Client> = {
  name: 'locks',
  tier: 'minute',
  signals: ['postgres.locks.held', 'postgres.blocked.sessions', 'postgres.blocked.longest_wait_seconds'],
  cheap: 'reads shared memory, one row a lock; the blocking chain only of sessions that wait',
  async collect(client) {
    const held = v.parse(Held, (await client.query(HELD)).rows);
    const waiting = v.parse(WaitingRows, (await client.query(WAITING)).rows);
    const roots = waiting.length === 0 ? [] : await describe(client, waiting);
    const [root] = roots;
    return {
      samples: [
        ...held.map(({ mode, held }) => ({ signal: 'postgres.locks.held', value: held, labels: { mode } })),
        { signal: 'postgres.blocked.sessions', value: waiting.length },
        {
          signal: 'postgres.blocked.longest_wait_seconds',
          value: Math.max(0, ...waiting.map((w) => w.seconds)),
        },
      ],
      ...(root !== undefined && { facts: { root_blocker: root, root_blockers: roots } }),
    };
  },
};
