import type pg from 'pg';
import * as v from 'valibot';
import type { Unknown } from '../../model/unknown.ts';
import type { Sample } from '../collector.ts';
import { prefectCollector } from './prefect-collector.ts';
import type { Need } from './prefect-schema.ts';

/**
 * Rows are the planner's or the statistics collector's estimate, whichever is not behind: one is forgotten in a crash,
 * the other waits for the next vacuum. A partitioned table is the sum of its leaves.
 */
const SIZE = `
  SELECT $1::regclass::text AS name,
         sum(greatest(leaf.reltuples, pg_stat_get_live_tuples(leaf.oid), 0))::float8 AS rows,
         sum(pg_total_relation_size(leaf.oid))::float8 AS bytes
  FROM (SELECT 1) AS one
  LEFT JOIN pg_partition_tree($1::regclass) AS part ON part.isleaf
  JOIN pg_class leaf ON leaf.oid = coalesce(part.relid, $1::regclass)`;

/** Both ends of an index. Rows are never changed once written, so the newest change is the newest insert. */
const OLDEST = 'SELECT extract(epoch FROM now() - min(occurred))::float8 AS seconds FROM events';
const OLDEST_RESOURCE =
  'SELECT extract(epoch FROM now() - min(occurred))::float8 AS seconds FROM event_resources';
const OLDEST_INSERT = 'SELECT extract(epoch FROM now() - min(updated))::float8 AS seconds FROM events';
const NEWEST = 'SELECT extract(epoch FROM now() - max(updated))::float8 AS seconds FROM events';

/** At the limit of rows the window is as long as the newest ones reach back, instead of five minutes. */
const RECENT_ROWS_MAX = 5_000;
const RECENT = `
  SELECT count(*)::int AS rows,
         extract(epoch FROM now() - min(updated))::float8 AS reach_seconds,
         extract(epoch FROM max(recorded - received))::float8 AS lag_seconds
  FROM (SELECT updated, recorded, received
        FROM events
        WHERE updated > now() - interval '5 minutes'
        ORDER BY updated DESC
        LIMIT ${RECENT_ROWS_MAX}) AS recent`;
const WINDOW_SECONDS = 300;

const Size = v.object({ name: v.string(), rows: v.number(), bytes: v.number() });
const Age = v.object({ seconds: v.nullable(v.number()) });
const Recent = v.object({
  rows: v.number(),
  reach_seconds: v.nullable(v.number()),
  lag_seconds: v.nullable(v.number()),
});

const EVENTS: Need = { table: 'events', columns: ['occurred', 'updated'] };
const BY_OCCURRED: Need = { table: 'events', columns: ['occurred'], indexes: [['occurred']] };
const BY_UPDATED: Need = {
  table: 'events',
  columns: ['updated', 'recorded', 'received'],
  indexes: [['updated']],
};
const RESOURCES: Need = { table: 'event_resources', columns: ['occurred'] };
const RESOURCES_BY_OCCURRED: Need = { ...RESOURCES, indexes: [['occurred']] };

const NO_EVENTS: Unknown = { reason: 'no-traffic', detail: 'the table holds no events' };
const NONE_RECENTLY: Unknown = {
  reason: 'no-traffic',
  detail: 'no event was inserted in the last 5 minutes',
};

const SECONDS_A_DAY = 86_400;

async function sizeOf(client: pg.Client, table: string) {
  return v.parse(Size, (await client.query(SIZE, [table])).rows[0]);
}

async function ageBy(client: pg.Client, statement: string): Promise<number | null> {
  return v.parse(Age, (await client.query(statement)).rows[0]).seconds;
}

function rateOf({ rows, reach_seconds }: v.InferOutput<typeof Recent>): number {
  const isWhole = rows < RECENT_ROWS_MAX || reach_seconds === null;
  return (rows * 60) / (isWhole ? WINDOW_SECONDS : Math.max(1, reach_seconds));
}

/** A table without rows has no oldest one: its age is 0, so that what an old row raised comes to an end. */
const ageOrNone = (seconds: number | null): number => Math.max(0, seconds ?? 0);

async function recently(client: pg.Client, lack: Unknown | null): Promise<readonly Sample[]> {
  const samples = (newest: Sample['value'], rate: Sample['value'], lag: Sample['value']) => [
    { signal: 'postgres.events.newest_insert_age_seconds', value: newest },
    { signal: 'postgres.events.inserted_per_minute', value: rate },
    { signal: 'postgres.events.ingest_lag_seconds', value: lag },
  ];
  if (lack !== null) return samples(lack, lack, lack);
  const newest = await ageBy(client, NEWEST);
  const recent = v.parse(Recent, (await client.query(RECENT)).rows[0]);
  const lag = recent.lag_seconds === null ? NONE_RECENTLY : Math.max(0, recent.lag_seconds);
  return samples(newest === null ? NO_EVENTS : Math.max(0, newest), rateOf(recent), lag);
}

/** How large the table of events is, how far back it reaches, and whether new events still arrive in it. */
export const prefectEvents = prefectCollector({
  name: 'prefect-events',
  tier: 'minute',
  signals: [
    'postgres.events.rows',
    'postgres.events.bytes',
    'postgres.events.oldest_age_seconds',
    'postgres.events.oldest_resource_age_seconds',
    'postgres.events.oldest_insert_age_seconds',
    'postgres.events.rows_per_day',
    'postgres.events.newest_insert_age_seconds',
    'postgres.events.inserted_per_minute',
    'postgres.events.ingest_lag_seconds',
  ],
  cheap: 'sizes come from catalogues, ages from the ends of an index, and the recent rows are capped',
  needs: [EVENTS],
  async collect(client, schema) {
    const lacks = {
      occurred: schema.lack(BY_OCCURRED),
      updated: schema.lack(BY_UPDATED),
      resources: schema.lack(RESOURCES),
      resourcesOccurred: schema.lack(RESOURCES_BY_OCCURRED),
    };
    const events = await sizeOf(client, 'events');
    const resources = lacks.resources === null ? await sizeOf(client, 'event_resources') : null;
    /** Where there are no resources the events are all there is; some that cannot be looked at are another matter. */
    const bytes =
      lacks.resources === null || lacks.resources.reason === 'missing'
        ? events.bytes + (resources?.bytes ?? 0)
        : lacks.resources;
    const oldest = lacks.occurred ?? ageOrNone(await ageBy(client, OLDEST));
    const oldestResource = lacks.resourcesOccurred ?? ageOrNone(await ageBy(client, OLDEST_RESOURCE));
    const oldestInsert = lacks.updated ?? ageOrNone(await ageBy(client, OLDEST_INSERT));
    const days = typeof oldest === 'number' ? Math.max(oldest / SECONDS_A_DAY, 1) : oldest;
    return {
      samples: [
        { signal: 'postgres.events.rows', value: events.rows },
        { signal: 'postgres.events.bytes', value: bytes },
        { signal: 'postgres.events.oldest_age_seconds', value: oldest },
        { signal: 'postgres.events.oldest_resource_age_seconds', value: oldestResource },
        { signal: 'postgres.events.oldest_insert_age_seconds', value: oldestInsert },
        {
          signal: 'postgres.events.rows_per_day',
          value: typeof days === 'number' ? events.rows / days : days,
        },
        ...(await recently(client, lacks.updated)),
      ],
      facts: {
        events_tables: [events, ...(resources === null ? [] : [resources])].map((t) => ({ ...t })),
      },
    };
  },
});
