import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import type pg from 'pg';
import { TIER_SECONDS, TIERS, type Tier } from '../lib/model/report.ts';
import { postgresProbe } from '../lib/probe/postgres/connection.ts';
import { migratePrefect } from '../test/integration/postgres/prefect-schema.ts';
import { openServer, PASSWORD } from '../test/integration/postgres/server.ts';
import { seedEvents, seedHistory, seedPileUp, seedPresent, seedReferred } from './prefect-rows.ts';

/** What the minute tier may cost the database it watches. */
const DATABASE_MS_MAX = 100;
const GROWTH_MAX = 1.5;

const DATABASE = 'prefect';
const SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track_planning': 'on',
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  autovacuum: 'off',
};

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

interface Spent {
  readonly statements: number;
  readonly ms: number;
  readonly planningMs: number;
  readonly blocks: number;
  readonly rows: number;
}
const NOTHING: Spent = { statements: 0, ms: 0, planningMs: 0, blocks: 0, rows: 0 };

const map = (a: Spent, b: Spent, f: (a: number, b: number) => number): Spent => ({
  statements: f(a.statements, b.statements),
  ms: f(a.ms, b.ms),
  planningMs: f(a.planningMs, b.planningMs),
  blocks: f(a.blocks, b.blocks),
  rows: f(a.rows, b.rows),
});
const plus = (a: Spent, b: Spent) => map(a, b, (x, y) => x + y);

/** What each collector of a tier costs the database, on average over the rounds. */
type Costs = ReadonlyMap<string, Spent>;

const started = performance.now();
const tell = (line: string) =>
  console.error(`${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s  ${line}`);

type Target = Parameters<typeof postgresProbe.open>[0];

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

/** The first round warms the cache and does not count: a probe comes every minute. */
async function measure(target: Target, admin: pg.Client, tier: Tier, rounds: number): Promise<Costs> {
  await round(target, admin, tier);
  let sum: Costs = new Map();
  for (let i = 0; i < rounds; i++) {
    const one = await round(target, admin, tier);
    sum = new Map([...one].map(([name, spent]) => [name, plus(sum.get(name) ?? NOTHING, spent)]));
  }
  return new Map([...sum].map(([name, spent]) => [name, map(spent, NOTHING, (x) => x / rounds)]));
}

const total = (costs: Costs): Spent => [...costs.values()].reduce(plus, NOTHING);

function tableOf(costs: Costs): string {
  const head = ['collector', 'statements', 'database ms', 'of it planning', 'rows read', 'blocks'];
  const table = new Table({
    head,
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  const row = (name: string, s: Spent) => [
    name,
    s.statements.toFixed(0),
    (s.ms + s.planningMs).toFixed(2),
    s.planningMs.toFixed(2),
    s.rows.toFixed(0),
    s.blocks.toFixed(0),
  ];
  table.push(...[...costs].map(([name, spent]) => row(name, spent)), row('together', total(costs)));
  return table.toString();
}

const databaseMs = ({ ms, planningMs }: Spent): number => ms + planningMs;

function verdict(sizes: readonly (readonly [rows: number, Costs])[]): readonly string[] {
  const spent = sizes.map(([rows, costs]) => ({ rows, ms: databaseMs(total(costs)) }));
  const most = Math.max(...spent.map((s) => s.ms));
  const within = `${most.toFixed(1)} ms of database time at most; the bound is ${DATABASE_MS_MAX} ms: ${most <= DATABASE_MS_MAX ? 'kept' : 'BROKEN'}`;
  const [first] = spent;
  const last = spent.at(-1);
  if (first === undefined || last === undefined || first === last) return [within];
  const times = last.ms / first.ms;
  return [
    within,
    `${times.toFixed(2)} times from ${first.rows.toLocaleString('en')} to ${last.rows.toLocaleString('en')} flow runs; the bound is ${GROWTH_MAX}: ${times < GROWTH_MAX ? 'kept' : 'BROKEN'}`,
  ];
}

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('A whole number above 0.');
  return value;
};
const counts = (text: string, before: readonly number[] | undefined): readonly number[] => [
  ...(before ?? []),
  count(text),
];
const tierNamed = (text: string): Tier => {
  const tier = TIERS.find((t) => t === text);
  if (tier === undefined) throw new InvalidArgumentError(`One of ${TIERS.join(', ')}.`);
  return tier;
};

interface Options {
  readonly rows?: readonly number[];
  readonly events: number;
  readonly rounds: number;
  readonly tier: Tier;
  readonly pileUp?: boolean;
}

async function run({ rows = [1_000_000], events, rounds, tier, pileUp = false }: Options): Promise<void> {
  const server = await openServer({ settings: SETTINGS });
  try {
    const admin = await server.newDatabase(DATABASE);
    tell('Prefect makes its tables');
    await migratePrefect(server.url(DATABASE));
    await admin.query(`CREATE EXTENSION pg_stat_statements`);
    await admin.query(`CREATE ROLE vitals LOGIN PASSWORD '${PASSWORD}'`);
    await admin.query('GRANT pg_monitor TO vitals; GRANT SELECT ON ALL TABLES IN SCHEMA public TO vitals');
    await seedReferred(admin);
    await seedEvents(admin, events, tell);
    const sizes: (readonly [number, Costs])[] = [];
    for (const size of rows.toSorted((a, b) => a - b)) {
      await seedHistory(admin, sizes.at(-1)?.[0] ?? 0, size, tell);
      await seedPresent(admin);
      const target = server.target(DATABASE, { user: 'vitals' });
      const costs = await measure(target, admin, tier, rounds);
      sizes.push([size, costs]);
      const title = `${size.toLocaleString('en')} flow runs, ${events.toLocaleString('en')} events, ${tier} tier`;
      console.log(`\n${title}\n${tableOf(costs)}`);
      if (!pileUp) continue;
      await seedPileUp(admin);
      console.log(`\n${title}, after a pile-up\n${tableOf(await measure(target, admin, tier, rounds))}`);
    }
    if (tier === 'minute') for (const line of verdict(sizes)) console.log(line);
  } finally {
    await server.stop();
  }
}

await new Command('postgres-minute')
  .description('What a tier of the PostgreSQL probe costs the database it watches, by collector.')
  .option(
    '--rows <n...>',
    'flow runs to seed; several sizes are measured one after the other (1000000)',
    counts,
  )
  .option('--events <n>', 'events to seed', count, 5_000_000)
  .option('--rounds <n>', 'visits to average over, after one that does not count', count, 5)
  .option('--tier <tier>', TIERS.join(' or '), tierNamed, 'minute')
  .option('--pile-up', 'measure once more with 200000 late, 100000 PENDING and 30000 RUNNING runs')
  .action((options: Options) => run(options))
  .parseAsync();
