import type pg from 'pg';
import * as v from 'valibot';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';

/**
 * `numbackends` may be read by every role. The states of other roles' sessions are hidden from one without
 * pg_read_all_stats: they are then unknown, not none. reserved_connections exists since PostgreSQL 16.
 */
const CONNECTIONS = `
  SELECT
    (SELECT sum(numbackends)::int FROM pg_stat_database)                              AS total,
    count(*) FILTER (WHERE state = 'active')::int                                     AS active,
    count(*) FILTER (WHERE state = 'idle')::int                                       AS idle,
    count(*) FILTER (WHERE state LIKE 'idle in transaction%')::int                    AS idle_in_transaction,
    current_setting('max_connections')::int
      - current_setting('superuser_reserved_connections')::int
      - coalesce(current_setting('reserved_connections', true), '0')::int             AS "limit",
    pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')                           AS sees_all
  FROM pg_stat_activity
  WHERE backend_type = 'client backend'`;

const Row = v.object({
  total: v.number(),
  active: v.number(),
  idle: v.number(),
  idle_in_transaction: v.number(),
  limit: v.pipe(v.number(), v.minValue(1)),
  sees_all: v.boolean(),
});

const HIDDEN: Unknown = {
  reason: 'permission',
  detail: 'the role lacks pg_monitor: it sees only its own sessions',
};

/** Sessions by state against the number an ordinary role may open. */
export const connections: Collector<pg.Client> = {
  name: 'connections',
  tier: 'minute',
  signals: [
    'postgres.connections.total',
    'postgres.connections.active',
    'postgres.connections.idle',
    'postgres.connections.idle_in_transaction',
    'postgres.connections.limit',
    'postgres.connections.used_percent',
  ],
  cheap: 'reads shared memory, one row a session',
  async collect(client) {
    const row = v.parse(Row, (await client.query(CONNECTIONS)).rows[0]);
    const byState = (signal: string, count: number): Sample => ({
      signal,
      value: row.sees_all ? count : HIDDEN,
    });
    return {
      samples: [
        { signal: 'postgres.connections.total', value: row.total },
        byState('postgres.connections.active', row.active),
        byState('postgres.connections.idle', row.idle),
        byState('postgres.connections.idle_in_transaction', row.idle_in_transaction),
        { signal: 'postgres.connections.limit', value: row.limit },
        { signal: 'postgres.connections.used_percent', value: (100 * row.total) / row.limit },
      ],
    };
  },
};
