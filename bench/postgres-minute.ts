import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { TIERS, type Tier } from '../lib/model/report.ts';
import { migratePrefect } from '../test/integration/postgres/prefect-schema.ts';
import { openServer, PASSWORD } from '../test/integration/postgres/server.ts';
import { type Costs, measure, type Spent, sessionsOf, total } from './postgres-costs.ts';
import { seedEvents, seedHistory, seedPileUp, seedPresent, seedReferred } from './prefect-rows.ts';

/** What the minute tier may cost the database it watches. */
const DATABASE_MS_MAX = 100;
const GROWTH_MAX = 1.5;
const SESSIONS_MAX = 1;

const DATABASE = 'prefect';
const SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track_planning': 'on',
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  autovacuum: 'off',
};

const started = performance.now();
const tell = (line: string) =>
  console.error(`${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s  ${line}`);

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

interface Held {
  readonly text: string;
  readonly isKept: boolean;
}

/** What was measured of each size, beside its bound. */
function verdict(sizes: readonly (readonly [rows: number, Costs])[], sessions: number): readonly Held[] {
  const spent = sizes.map(([rows, costs]) => ({ rows, ms: databaseMs(total(costs)) }));
  const most = Math.max(...spent.map((s) => s.ms));
  const held: readonly Held[] = [
    {
      text: `${most.toFixed(1)} ms of database time at most; the bound is ${DATABASE_MS_MAX} ms`,
      isKept: most <= DATABASE_MS_MAX,
    },
    {
      text: `${sessions} connection a visit; the bound is ${SESSIONS_MAX}`,
      isKept: sessions <= SESSIONS_MAX,
    },
  ];
  const [first] = spent;
  const last = spent.at(-1);
  if (first === undefined || last === undefined || first === last) return held;
  const times = last.ms / first.ms;
  const growth = `from ${first.rows.toLocaleString('en')} to ${last.rows.toLocaleString('en')} flow runs`;
  const text = `${times.toFixed(2)} times as much ${growth}; the bound is less than ${GROWTH_MAX}`;
  return [...held, { text, isKept: times < GROWTH_MAX }];
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

async function run({
  rows = [1_000_000, 10_000_000],
  events,
  rounds,
  tier,
  pileUp = false,
}: Options): Promise<void> {
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
    let sessions = 0;
    for (const size of rows.toSorted((a, b) => a - b)) {
      await seedHistory(admin, sizes.at(-1)?.[0] ?? 0, size, tell);
      await seedPresent(admin);
      const target = server.target(DATABASE, { user: 'vitals' });
      const costs = await measure(target, admin, tier, rounds);
      sizes.push([size, costs]);
      sessions = Math.max(sessions, await sessionsOf(target, admin, tier));
      const title = `${size.toLocaleString('en')} flow runs, ${events.toLocaleString('en')} events, ${tier} tier`;
      console.log(`\n${title}\n${tableOf(costs)}`);
      if (!pileUp) continue;
      await seedPileUp(admin);
      console.log(`\n${title}, after a pile-up\n${tableOf(await measure(target, admin, tier, rounds))}`);
    }
    if (tier !== 'minute') return;
    const held = verdict(sizes, sessions);
    for (const { text, isKept } of held) console.log(`${text}: ${isKept ? 'kept' : 'BROKEN'}`);
    if (held.some(({ isKept }) => !isKept)) process.exitCode = 1;
  } finally {
    await server.stop();
  }
}

await new Command('postgres-minute')
  .description(
    'What a tier of the PostgreSQL probe costs the database it watches, by collector. Exits with 1 when a bound of the minute tier is broken.',
  )
  .option(
    '--rows <n...>',
    'flow runs to seed; several sizes are measured one after the other (1000000 and 10000000)',
    counts,
  )
  .option('--events <n>', 'events to seed', count, 5_000_000)
  .option('--rounds <n>', 'visits to take the median of, after one that does not count', count, 7)
  .option('--tier <tier>', TIERS.join(' or '), tierNamed, 'minute')
  .option('--pile-up', 'measure once more with 200000 late, 100000 PENDING and 30000 RUNNING runs')
  .action((options: Options) => run(options))
  .parseAsync();
