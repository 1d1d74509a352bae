import type pg from 'pg';
import * as v from 'valibot';
import type { Fact } from '../../model/report.ts';
import type { Collector, Sample } from '../collector.ts';
import { ProbeFailure } from '../failure.ts';
import { HIDDEN_SESSION, SESSIONS_HIDDEN } from './visibility.ts';

/**
 * What clients do in this database, the longest first of each kind. Vacuum workers, replication and the like are no
 * client backends; our own sessions are young and hold nothing. What statements say stays on the server.
 */
const SESSIONS = `
  WITH sessions AS (
    SELECT pid, usename, application_name, host(client_addr) AS client, state, wait_event_type,
           extract(epoch FROM clock_timestamp() - xact_start)::float8   AS transaction_seconds,
           extract(epoch FROM clock_timestamp() - query_start)::float8  AS query_seconds,
           extract(epoch FROM clock_timestamp() - state_change)::float8 AS state_seconds
    FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend')
  (SELECT 'transaction' AS longest, transaction_seconds AS seconds, *
   FROM sessions WHERE transaction_seconds IS NOT NULL ORDER BY 2 DESC LIMIT 1)
  UNION ALL
  (SELECT 'query', query_seconds, * FROM sessions WHERE state = 'active' ORDER BY 2 DESC LIMIT 1)
  UNION ALL
  (SELECT 'idle', state_seconds, *
   FROM sessions WHERE state LIKE 'idle in transaction%' ORDER BY 2 DESC LIMIT 1)`;

/** track_activities off leaves a session visible but silent. */
const UNSEEN = `
  SELECT count(*) FILTER (WHERE ${HIDDEN_SESSION})::int   AS hidden,
         count(*) FILTER (WHERE state = 'disabled')::int  AS silent
  FROM pg_stat_activity
  WHERE datname = current_database()`;

const Unseen = v.object({ hidden: v.number(), silent: v.number() });
const Sessions = v.array(
  v.object({
    longest: v.picklist(['transaction', 'query', 'idle']),
    seconds: v.number(),
    pid: v.number(),
    usename: v.nullable(v.string()),
    application_name: v.nullable(v.string()),
    client: v.nullable(v.string()),
    state: v.nullable(v.string()),
    wait_event_type: v.nullable(v.string()),
    transaction_seconds: v.nullable(v.number()),
  }),
);
type Session = v.InferOutput<typeof Sessions>[number];

const factOf = (session: Session): Fact => ({
  pid: session.pid,
  user: session.usename,
  application: session.application_name,
  client: session.client,
  state: session.state,
  waits_for: session.wait_event_type,
  seconds: session.seconds,
  transaction_seconds: session.transaction_seconds,
});

/** How long the oldest transaction, the longest statement and the longest idling transaction have lasted. */
export const activity: Collector<pg.Client> = {
  name: 'activity',
  tier: 'minute',
  signals: [
    'postgres.transaction.oldest_seconds',
    'postgres.transaction.oldest_idle_seconds',
    'postgres.query.longest_seconds',
  ],
  cheap: 'reads shared memory, one row a session',
  async collect(client) {
    const unseen = v.parse(Unseen, (await client.query(UNSEEN)).rows[0]);
    if (unseen.hidden > 0) throw new ProbeFailure(SESSIONS_HIDDEN.reason, SESSIONS_HIDDEN.detail);
    if (unseen.silent > 0) throw new ProbeFailure('missing', 'track_activities is off');
    const sessions = v.parse(Sessions, (await client.query(SESSIONS)).rows);
    const longest = (kind: Session['longest']) => sessions.find((s) => s.longest === kind);
    const seconds = (signal: string, kind: Session['longest']): Sample => ({
      signal,
      value: Math.max(0, longest(kind)?.seconds ?? 0),
    });
    const fact = (name: string, session: Session | undefined) =>
      session === undefined ? {} : { [name]: factOf(session) };
    return {
      samples: [
        seconds('postgres.transaction.oldest_seconds', 'transaction'),
        seconds('postgres.transaction.oldest_idle_seconds', 'idle'),
        seconds('postgres.query.longest_seconds', 'query'),
      ],
      facts: {
        ...fact('oldest_transaction', longest('transaction')),
        ...fact('longest_idle_in_transaction', longest('idle')),
        ...fact('longest_query', longest('query')),
      },
    };
  },
};
