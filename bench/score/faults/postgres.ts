import { ages, type Fault, isVended, more, shows, shut } from '../fault.ts';
import { DAY_SECONDS, GIBIBYTE, POSTGRES, POSTGRES_LOG, PREFECT, QUARTERLY } from './places.ts';

/** All a process may open, its overflow included, and all of them busy. */
const POOL = 70;
const SESSIONS = [
  { application: 'prefect-api', user: 'prefect', client: '10.0.0.1', here: POOL, busy_here: POOL },
];

/** What goes wrong with PostgreSQL itself. */
export const OF_POSTGRES: readonly Fault[] = [
  shut('PostgreSQL is down', `postgres-down@${POSTGRES}`, 'refused', { 'postgres.up': 0 }),
  shows('sessions wait for locks', `postgres-lock-contention@${POSTGRES}`, {
    'postgres.blocked.sessions': 12,
    'postgres.blocked.longest_wait_seconds': ages(12),
  }),
  shows('connections run out', `postgres-connections-high@${POSTGRES}`, {
    'postgres.connections.total': 85,
    'postgres.connections.used_percent': 85,
  }),
  shows(
    "a process's pool is full",
    `db-pool-exhausted@${POSTGRES}`,
    { 'postgres.clients.busiest': POOL },
    { facts: { clients: SESSIONS } },
    // How large a pool may grow, the server says.
    { asks: [PREFECT] },
  ),
  shows('a transaction is left idle', `postgres-idle-in-transaction@${POSTGRES}`, {
    'postgres.transaction.oldest_idle_seconds': ages(70),
  }),
  shows('a transaction never ends', `postgres-long-transaction@${POSTGRES}`, {
    'postgres.transaction.oldest_seconds': ages(400),
  }),
  shows('deadlocks', `postgres-deadlocks@${POSTGRES}`, { 'postgres.deadlocks.total': more(5) }),
  shows('wraparound comes near', `postgres-wraparound@${POSTGRES}`, {
    'postgres.wraparound.freeze_percent': 300,
    'postgres.wraparound.used_percent': 30,
  }),
  shows('an index is invalid', `postgres-invalid-index@${POSTGRES}`, { 'postgres.indexes.invalid': 1 }),
  shows('a slot keeps the log', `postgres-replication-slot-inactive@${POSTGRES}`, {
    'postgres.replication.inactive_slots': 1,
    'postgres.replication.inactive_retained_bytes': 3 * GIBIBYTE,
  }),
  shows('a large table is not analysed', `statistics-stale@${POSTGRES}`, {
    'postgres.table.rows': { task_run: 200_000 },
    'postgres.table.modified_percent': { task_run: 45 },
    'postgres.table.analyze_age_seconds': { task_run: ages(3 * DAY_SECONDS) },
  }),
  shows(
    'autovacuum is switched off',
    `setting-off-recommended@${POSTGRES}`,
    { 'postgres.setting.autovacuum': 0 },
    QUARTERLY,
  ),
  shows('many slow statements are logged', `slow-statements-logged@${POSTGRES_LOG}`, {
    'postgres-log.records': 80,
    'postgres-log.slow_statements': 40,
    'postgres-log.slowest_ms': 8000,
  }),
  isVended('the CPU of the database is full', `postgres-cpu-high@${POSTGRES}`, {
    'postgres.cpu.used_percent': 92,
  }),
  isVended('the database has no memory left', `postgres-memory-low@${POSTGRES}`, {
    'postgres.memory.free_bytes': 200 * 2 ** 20,
  }),
  isVended('the disk is nearly full', `disk-nearly-full@${POSTGRES}`, {
    'postgres.storage.free_bytes': 12 * GIBIBYTE,
    'postgres.storage.free_percent': 12,
  }),
];
