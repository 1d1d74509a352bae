import type pg from 'pg';
import { TIER_SECONDS, type Tier } from '../lib/model/report.ts';
import { probe } from '../lib/probe/frame.ts';
import { postgresProbe } from '../lib/probe/postgres/connection.ts';
import { until } from '../local/parts/until.ts';

const RESET = 'SELECT pg_stat_statements_reset(), pg_stat_reset()';
const FLUSH = 'SELECT pg_stat_force_next_flush()';
/** A row read is a row of a table scanned or an entry of an index returned. */
const SPENT = `
  SELECT s.*, r.*
  FROM (SELECT sum(calls)::float8 AS statements, sum(total_exec_time) AS ms, sum(total_plan_time) AS planning_ms,
               sum(shared_blks_hit + shared_blks_read)::float8 AS blocks
        FROM pg_stat_statements
        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND userid = (SELECT oid FROM pg_roles WHERE rolname = 'vitals') AND query NOT LIKE '%force_next_flush%') s,
       (SELECT (SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables)
             + (SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes) AS rows) r`;

export interface Spent {
  readonly statements: number;
  readonly ms: number;
  readonly planningMs: number;
  readonly blocks: number;
  readonly rows: number;
}
const spentOf = (value: (field: keyof Spent) => number): Spent => ({
  statements: value('statements'),
  ms: value('ms'),
  planningMs: value('planningMs'),
  blocks: value('blocks'),
  rows: value('rows'),
});

/** What each collector of a tier costs the database, in the median of its rounds. */
export type Costs = ReadonlyMap<string, Spent>;

/** What the probe is given to look at. */
export type Target = Parameters<typeof postgresProbe.open>[0];

/** One visit as the probe makes it: a connection of its own, every collector once. */
async function round(target: Target, admin: pg.Client, tier: Tier): Promise<Costs> {
  const { connection } = await postgresProbe.open(target, new AbortController().signal, {
    installation: 'bench',
    tier,
    intervalSeconds: TIER_SECONDS[tier],
    now: () => new Date(),
  });
  const costs = new Map<string, Spent>();
  for (const collector of postgresProbe.collectors.filter((c) => c.tier === tier)) {
    await admin.query(RESET);
    await collector.collect(connection, new AbortController().signal, target);
    await connection.query(FLUSH);
    const [row] = (await admin.query(SPENT)).rows;
    costs.set(collector.name, {
      statements: Number(row.statements),
      ms: Number(row.ms),
      planningMs: Number(row.planning_ms),
      blocks: Number(row.blocks),
      rows: Number(row.rows),
    });
  }
  await postgresProbe.close(connection);
  return costs;
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [(sorted.length - 1) >> 1, sorted.length >> 1].map((i) => sorted[i] ?? Number.NaN);
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
};

/**
 * The first round warms the cache and does not count: a probe comes every minute. Of the others the median does, so
 * that one in which the machine was busy with something else says nothing.
 */
export async function measure(target: Target, admin: pg.Client, tier: Tier, rounds: number): Promise<Costs> {
  await round(target, admin, tier);
  const measured: Costs[] = [];
  for (let i = 0; i < rounds; i++) measured.push(await round(target, admin, tier));
  return new Map(
    [...(measured[0]?.keys() ?? [])].map((name) => [
      name,
      spentOf((field) => median(measured.flatMap((costs) => costs.get(name)?.[field] ?? []))),
    ]),
  );
}

const OPENED = 'SELECT sessions::int AS opened FROM pg_stat_database WHERE datname = current_database()';
const LOOKING = "SELECT FROM pg_stat_activity WHERE usename = 'vitals'";

/** How many sessions a whole visit of the probe opens, its end included: nobody else signs in meanwhile. */
export async function sessionsOf(target: Target, admin: pg.Client, tier: Tier): Promise<number> {
  const opened = async (): Promise<number> => (await admin.query(OPENED)).rows[0].opened;
  const gone = () =>
    until('the probe to be gone', async () => (await admin.query(LOOKING)).rowCount === 0, {
      withinSeconds: 30,
      signal: new AbortController().signal,
    });
  await gone();
  const before = await opened();
  const visit = { installation: 'bench', tier, intervalSeconds: TIER_SECONDS[tier], now: () => new Date() };
  const { errors } = await probe(postgresProbe, target, visit);
  if (errors.length > 0) throw new Error(`a visit failed: ${JSON.stringify(errors)}`);
  await gone();
  return (await opened()) - before;
}

export const total = (costs: Costs): Spent =>
  spentOf((field) => [...costs.values()].reduce((sum, spent) => sum + spent[field], 0));
