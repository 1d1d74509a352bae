import type pg from 'pg';
import * as v from 'valibot';
import type { Collector, Sample } from '../collector.ts';
import { HIDDEN_SESSION, SESSIONS_HIDDEN } from './visibility.ts';

/**
 * numbackends may be read by every role, but counts the server's own workers too: it stands in where sessions are
 * hidden. Their states are then unknown, not none. reserved_connections exists since PostgreSQL 16; before that Amazon
 * RDS reserves some under a name of its own.
 */
const CONNECTIONS = `
  SELECT
    count(*) FILTER (WHERE backend_type = 'client backend')::int                      AS total,
    count(*) FILTER (WHERE state = 'active')::int                                     AS active,
    count(*) FILTER (WHERE state = 'idle')::int                                       AS idle,
    count(*) FILTER (WHERE state LIKE 'idle in transaction%')::int                    AS idle_in_transaction,
    count(*) FILTER (WHERE ${HIDDEN_SESSION})::int                                    AS hidden,
    (SELECT sum(numbackends)::int FROM pg_stat_database)                              AS backends,
    current_setting('max_connections')::int
      - current_setting('superuser_reserved_connections')::int
      - coalesce(current_setting('reserved_connections', true), '0')::int
      - coalesce(current_setting('rds.rds_superuser_reserved_connections', true), '0')::int AS "limit"
  FROM pg_stat_activity`;

const Row = v.object({
  total: v.number(),
  active: v.number(),
  idle: v.number(),
  idle_in_transaction: v.number(),
  hidden: v.number(),
  backends: v.number(),
  limit: v.pipe(v.number(), v.minValue(1)),
});

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
    const total = row.hidden === 0 ? row.total : row.backends;
    const byState = (signal: string, count: number): Sample => ({
      signal,
      value: row.hidden === 0 ? count : SESSIONS_HIDDEN,
    });
    return {
      samples: [
        { signal: 'postgres.connections.total', value: total },
        byState('postgres.connections.active', row.active),
        byState('postgres.connections.idle', row.idle),
        byState('postgres.connections.idle_in_transaction', row.idle_in_transaction),
        { signal: 'postgres.connections.limit', value: row.limit },
        { signal: 'postgres.connections.used_percent', value: (100 * total) / row.limit },
      ],
    };
  },
};
