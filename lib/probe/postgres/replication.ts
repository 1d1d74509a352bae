import type pg from 'pg';
import * as v from 'valibot';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';
import { isUnknown, orUnknown } from './sqlstate.ts';
import { SESSIONS_HIDDEN } from './visibility.ts';

/** A temporary slot goes with its session. A slot that was invalidated holds nothing back any more. */
const SLOTS = `
  SELECT slot_name AS slot, slot_type AS type, active, wal_status,
         pg_wal_lsn_diff(
           CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
           restart_lsn)::float8 AS retained_bytes
  FROM pg_replication_slots
  WHERE NOT temporary
  ORDER BY retained_bytes DESC NULLS LAST
  LIMIT 50`;

/** What a primary knows of those who follow it. A replay lag is null once a quiet follower has caught up. */
const FOLLOWERS = `
  SELECT application_name AS application, host(client_addr) AS client, state, sync_state,
         pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::float8 AS lag_bytes,
         extract(epoch FROM replay_lag)::float8                    AS lag_seconds
  FROM pg_stat_replication
  WHERE state IS DISTINCT FROM 'backup'
  ORDER BY lag_bytes DESC NULLS FIRST
  LIMIT 50`;

/** What a standby knows of itself: without anything left to replay it lags only if nothing is sent to it any more. */
const OWN = `
  SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::float8 AS lag_bytes,
         extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 AS replayed_seconds,
         EXISTS (SELECT FROM pg_stat_wal_receiver) AS receiving`;

const STANDBY = 'SELECT pg_is_in_recovery() AS standby';

const Standby = v.object({ standby: v.boolean() });
const Slots = v.array(
  v.object({
    slot: v.string(),
    type: v.string(),
    active: v.boolean(),
    wal_status: v.nullable(v.string()),
    retained_bytes: v.nullable(v.number()),
  }),
);
const Followers = v.array(
  v.object({
    application: v.nullable(v.string()),
    client: v.nullable(v.string()),
    state: v.nullable(v.string()),
    sync_state: v.nullable(v.string()),
    lag_bytes: v.nullable(v.number()),
    lag_seconds: v.nullable(v.number()),
  }),
);
const Own = v.object({
  lag_bytes: v.nullable(v.number()),
  replayed_seconds: v.nullable(v.number()),
  receiving: v.boolean(),
});

const SHOWN = 10;
const NO_FOLLOWERS: Unknown = { reason: 'not-configured', detail: 'no replica is connected' };
const NOT_SAID: Unknown = { reason: 'missing', detail: 'the server does not say how far the replica is' };

interface Lag {
  readonly bytes: number | Unknown;
  readonly seconds: number | Unknown;
  readonly facts: object;
}

async function lagOfFollowers(client: pg.Client): Promise<Lag> {
  const followers = v.parse(Followers, (await client.query(FOLLOWERS)).rows);
  const facts = { replicas: followers.slice(0, SHOWN) };
  if (followers.length === 0) return { bytes: NO_FOLLOWERS, seconds: NO_FOLLOWERS, facts: {} };
  if (followers.some((f) => f.state === null)) {
    return { bytes: SESSIONS_HIDDEN, seconds: SESSIONS_HIDDEN, facts: {} };
  }
  const bytes = followers.flatMap((f) => f.lag_bytes ?? []);
  if (bytes.length === 0) return { bytes: NOT_SAID, seconds: NOT_SAID, facts };
  return {
    bytes: Math.max(0, ...bytes),
    seconds: Math.max(0, ...followers.flatMap((f) => f.lag_seconds ?? [])),
    facts,
  };
}

async function lagOfItself(client: pg.Client): Promise<Lag> {
  const own = v.parse(Own, (await client.query(OWN)).rows[0]);
  const caughtUp = own.receiving && own.lag_bytes === 0;
  return {
    bytes: own.lag_bytes ?? NOT_SAID,
    seconds: caughtUp ? 0 : (own.replayed_seconds ?? NOT_SAID),
    facts: { standby_receives: own.receiving },
  };
}

/** Aurora replicates by its storage and answers the standby's questions with an error: the slots stay known. */
async function lagOf(client: pg.Client, standby: boolean): Promise<Lag> {
  const lag = await orUnknown(standby ? lagOfItself(client) : lagOfFollowers(client));
  return isUnknown(lag) ? { bytes: lag, seconds: lag, facts: {} } : lag;
}

/** What replication slots keep from being thrown away, and how far replicas are behind. */
export const replication: Collector<pg.Client> = {
  name: 'replication',
  tier: 'minute',
  signals: [
    'postgres.replication.inactive_slots',
    'postgres.replication.inactive_retained_bytes',
    'postgres.replication.retained_bytes',
    'postgres.replication.lag_bytes',
    'postgres.replication.lag_seconds',
  ],
  cheap: 'reads shared memory, a row a slot and a row a replica',
  async collect(client) {
    const { standby } = v.parse(Standby, (await client.query(STANDBY)).rows[0]);
    const slots = v.parse(Slots, (await client.query(SLOTS)).rows);
    const inactive = slots.filter((s) => !s.active);
    const retained = (of: typeof slots) => Math.max(0, ...of.flatMap((s) => s.retained_bytes ?? []));
    const lag = await lagOf(client, standby);
    const samples: readonly Sample[] = [
      { signal: 'postgres.replication.inactive_slots', value: inactive.length },
      { signal: 'postgres.replication.inactive_retained_bytes', value: retained(inactive) },
      { signal: 'postgres.replication.retained_bytes', value: retained(slots) },
      { signal: 'postgres.replication.lag_bytes', value: lag.bytes },
      { signal: 'postgres.replication.lag_seconds', value: lag.seconds },
    ];
    const facts = { ...lag.facts, ...(slots.length > 0 && { replication_slots: slots.slice(0, SHOWN) }) };
    return { samples, facts };
  },
};
