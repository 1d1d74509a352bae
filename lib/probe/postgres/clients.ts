import type pg from 'pg';
import * as v from 'valibot';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';
import { HIDDEN_SESSION, SESSIONS_HIDDEN } from './visibility.ts';

/**
 * Whose the sessions are. Prefect names itself only where its settings say so: the address then tells them apart. What
 * is `here` is in this database; of those, what is not idle is `busy_here`, in a transaction at the least.
 */
const CLIENTS = `
  SELECT coalesce(nullif(application_name, ''), '(unnamed)') AS application,
         usename                                             AS "user",
         coalesce(host(client_addr), '(local)')              AS client,
         count(*)::int                                       AS sessions,
         count(*) FILTER (WHERE state = 'active')::int       AS active,
         count(*) FILTER (WHERE state LIKE 'idle in transaction%')::int AS idle_in_transaction,
         count(*) FILTER (WHERE datname = current_database())::int AS here,
         count(*) FILTER (WHERE datname = current_database() AND state <> 'idle')::int AS busy_here
  FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
  GROUP BY 1, 2, 3
  ORDER BY sessions DESC, 1, 2, 3`;

const HIDDEN = `SELECT count(*) FILTER (WHERE ${HIDDEN_SESSION})::int AS hidden FROM pg_stat_activity`;

/**
 * Limits below the server's own, which bite first. Ours is not counted: it is meant to be small. A superuser is held
 * by none of them. How many sessions a role or database has may be seen by everybody.
 */
const LIMITS = `
  SELECT 'role ' || r.rolname AS holder, r.rolconnlimit AS "limit",
         (SELECT count(*) FROM pg_stat_activity a WHERE a.usesysid = r.oid)::int AS sessions
  FROM pg_roles r
  WHERE r.rolcanlogin AND r.rolconnlimit > 0 AND NOT r.rolsuper AND r.rolname <> session_user
  UNION ALL
  SELECT 'database ' || d.datname, d.datconnlimit,
         (SELECT count(*) FROM pg_stat_activity a
          WHERE a.datid = d.oid AND a.usesysid IS NOT NULL AND coalesce(a.backend_type, 'client backend') = 'client backend')::int
  FROM pg_database d
  WHERE d.datconnlimit > 0 AND d.datname = current_database()
  ORDER BY sessions DESC
  LIMIT 10`;

const Clients = v.array(
  v.object({
    application: v.string(),
    user: v.nullable(v.string()),
    client: v.string(),
    sessions: v.number(),
    active: v.number(),
    idle_in_transaction: v.number(),
    here: v.number(),
    busy_here: v.number(),
  }),
);
const Hidden = v.object({ hidden: v.number() });
const Limits = v.array(v.object({ holder: v.string(), limit: v.number(), sessions: v.number() }));

const SHOWN = 10;
const NO_LIMITS: Unknown = { reason: 'not-configured', detail: 'no role or database has a limit of its own' };
const NOBODY: Unknown = { reason: 'no-traffic', detail: 'nobody else is connected' };

function byApplication(clients: v.InferOutput<typeof Clients>): readonly Sample[] {
  const sessions = new Map<string, number>();
  for (const c of clients) sessions.set(c.application, (sessions.get(c.application) ?? 0) + c.sessions);
  if (sessions.size === 0) return [{ signal: 'postgres.clients.connections', value: NOBODY }];
  return [...sessions]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([application, value]) => ({
      signal: 'postgres.clients.connections',
      value,
      labels: { application },
    }));
}

async function limits(client: pg.Client): Promise<readonly Sample[]> {
  const signal = 'postgres.clients.limit_used_percent';
  const rows = v.parse(Limits, (await client.query(LIMITS)).rows);
  if (rows.length === 0) return [{ signal, value: NO_LIMITS }];
  return rows.map(({ holder, limit, sessions }) => ({
    signal,
    value: (100 * sessions) / limit,
    labels: { holder },
  }));
}

/** Who holds the connections, and how near a role or database is to a limit of its own. */
export const clients: Collector<pg.Client> = {
  name: 'clients',
  tier: 'minute',
  signals: [
    'postgres.clients.connections',
    'postgres.clients.busiest',
    'postgres.clients.limit_used_percent',
  ],
  cheap: 'reads shared memory, one row a session, and the small catalogues of roles and databases',
  async collect(client) {
    const ofLimits = await limits(client);
    const { hidden } = v.parse(Hidden, (await client.query(HIDDEN)).rows[0]);
    if (hidden > 0) {
      const unseen = ['postgres.clients.connections', 'postgres.clients.busiest'];
      return { samples: [...ofLimits, ...unseen.map((signal) => ({ signal, value: SESSIONS_HIDDEN }))] };
    }
    const all = v.parse(Clients, (await client.query(CLIENTS)).rows);
    return {
      samples: [
        ...ofLimits,
        ...byApplication(all),
        { signal: 'postgres.clients.busiest', value: all[0]?.sessions ?? 0 },
      ],
      facts: { clients: all.slice(0, SHOWN) },
    };
  },
};
