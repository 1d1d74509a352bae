import type { Evidence, Remedy } from '../../model/finding.ts';
import type { FindingDefinition, Look } from '../finding.ts';
import { expectationsIn } from '../prefect/look.ts';
import { type Pool, poolsIn } from '../prefect/pools.ts';
import type { PrefectSettings } from '../prefect/settings.ts';
import { MINUTELY } from './defaults.ts';

const USED = 'postgres.pool.used_percent';
/** /ready borrows a connection of the server's pool: from this long on it had to wait for one. */
const READY_SLOW_MS = 1000;
const POOLS_SHOWN = 3;

const RECOMMENDED = { size: 60, overflow: 10, timeoutSeconds: 30, requestTimeoutSeconds: 60 } as const;

const nameOf = ({ application, user, client }: Pool): string =>
  `${application} as ${user ?? 'nobody'} from ${client}`;

function poolText(pool: Pool): string {
  const several = pool.processes === 1 ? '' : `, at least ${pool.processes} processes`;
  return `${nameOf(pool)}${several}: ${pool.busy} busy and ${pool.open} open of ${pool.limit} connections`;
}

/** The servers whose own pool makes requests wait. */
function waiting(look: Look): readonly Evidence[] {
  return look.elsewhere('prefect').flatMap(({ target, all }) => {
    if (all('prefect.ready')[0]?.value === 0) {
      return [{ text: `${target.id}: GET /ready gets no connection`, signal: 'prefect.ready', value: 0 }];
    }
    const ms = all('prefect.ready_ms')[0]?.value ?? null;
    if (ms === null || ms < READY_SLOW_MS) return [];
    const text = `${target.id}: GET /ready took ${Math.round(ms)} ms`;
    return [{ text, signal: 'prefect.ready_ms', value: ms, threshold: READY_SLOW_MS }];
  });
}

function settingText({ size, max_overflow, timeout_seconds }: PrefectSettings['pool']): string {
  const timeout = timeout_seconds === null ? '' : `, pool_timeout ${timeout_seconds} s`;
  return `in force: pool_size ${size}, max_overflow ${max_overflow}${timeout}`;
}

const REMEDY: readonly Remedy[] = [
  {
    text: 'See what the connections wait for: a lock or a slow query fills any pool.',
    command:
      "SELECT pid, state, wait_event_type, wait_event, now() - query_start AS since, left(query, 80) FROM pg_stat_activity WHERE state <> 'idle' ORDER BY query_start;",
  },
  {
    text: 'Give every process a larger pool, as far as max_connections allows for all of them together.',
    command: [
      `PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE=${RECOMMENDED.size}`,
      `PREFECT_SERVER_DATABASE_SQLALCHEMY_MAX_OVERFLOW=${RECOMMENDED.overflow}`,
      `PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_TIMEOUT=${RECOMMENDED.timeoutSeconds}`,
    ].join(' '),
  },
  {
    text: 'Let clients wait longer than the pool does, or they give up on requests that go through all the same.',
    command: `prefect config set PREFECT_API_REQUEST_TIMEOUT=${RECOMMENDED.requestTimeoutSeconds}`,
  },
];

export const dbPoolExhausted: FindingDefinition = {
  ...MINUTELY,
  id: 'db-pool-exhausted',
  kinds: ['postgres'],
  component: 'database',
  title: 'The connection pool of a Prefect process is used up',
  needs: [USED],
  thresholds: { warning: { enter: 90, leave: 75 } },
  meaning:
    'A Prefect process has nearly all connections it may open in use at once: the next request waits for one of them.',
  impact:
    'The API slows down for everybody, then answers 500 after pool_timeout; runs stay PENDING because their clients gave up waiting.',
  remedy: REMEDY,
  causes: [
    'postgres-lock-contention',
    'postgres-cpu-high',
    'statistics-stale',
    'events-query-slow',
    'postgres-idle-in-transaction',
    'postgres-long-transaction',
  ],
  source: [
    'Prefect metric prefect.server.api.request.duration: database connection pool exhaustion',
    'Prefect, Monitoring the stack: connection pool saturation',
  ],
  judge: (look) => {
    const percent = look.value(USED);
    if (look.level(percent) === null) return null;
    const { settings } = expectationsIn(look.elsewhere('prefect'));
    const pools = settings === null ? [] : (poolsIn(look.facts, settings.pool) ?? []);
    const slow = waiting(look);
    const threshold = look.threshold('warning');
    const used = `${percent.toFixed(0)} % of the fullest pool in use`;
    return {
      // A full pool that makes nobody wait has just enough connections.
      severity: slow.length > 0 ? 'critical' : 'warning',
      evidence: [
        { text: used, signal: USED, value: percent, threshold },
        ...pools.slice(0, POOLS_SHOWN).map((pool) => ({ text: poolText(pool) })),
        ...slow,
        ...(settings === null ? [] : [{ text: settingText(settings.pool) }]),
      ],
    };
  },
};
