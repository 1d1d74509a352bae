import { expectationsIn } from '../catalogue/prefect/look.ts';
import { type Pool, poolsIn } from '../catalogue/prefect/pools.ts';
import type { PostgresTarget, PrefectTarget, RedisTarget, Target } from '../config/targets.ts';
import type { Snapshot, TargetState } from '../model/snapshot.ts';
import type { Status } from '../model/status.ts';
import type { Unknown } from '../model/unknown.ts';
import { type Observation, onlyValue, readingsOf } from './observation.ts';
import { reasonOf } from './readings.ts';
import type { Watch } from './staleness.ts';

/** One target with everything an assessment knows of it. */
export interface View<T extends Target = Target> {
  readonly target: T;
  readonly watch: Watch;
  readonly observation: Observation;
  readonly status: Status;
}

type Database = Snapshot['databases'][number];

export const NOT_CONFIGURED: Unknown = { reason: 'not-configured', detail: 'no such target is configured' };
const NO_COUNTS: Unknown = { reason: 'not-collected', detail: 'no probe counted flow runs' };

/** The value of a signal without labels, null when it is not known. */
export function valueIn(view: View, signal: string): number | null {
  const value = onlyValue(view.observation, signal);
  return typeof value === 'number' ? value : null;
}

export function versionIn({ observation }: View): string | null {
  const { version } = observation.facts;
  return typeof version === 'string' ? version : null;
}

export const unknownIn = ({ watch }: Pick<View, 'watch'>) =>
  watch.unknown === null ? {} : { unknown: watch.unknown };

const NO_POOL = { pool_size: null, pool_checked_out: null, pool_overflow: null } as const;

/**
 * How Prefect uses its pools is known inside Prefect only. From outside it is those of all its processes together: as
 * many connections checked out as are busy, and in overflow as many as are open beyond the pools' size.
 */
function poolOf(
  { target, observation }: View<PostgresTarget>,
  servers: readonly View<PrefectTarget>[],
): Pick<Database, keyof typeof NO_POOL> {
  const { settings } = expectationsIn(servers.map((s) => s.observation));
  if (settings === null || !target.roles.includes('orion')) return NO_POOL;
  const pools = poolsIn(observation.facts, settings.pool);
  const { size } = settings.pool;
  if (pools === null || size === null) return NO_POOL;
  const sum = (of: (pool: Pool) => number) => pools.reduce((total, pool) => total + of(pool), 0);
  return {
    pool_size: sum((p) => p.processes * size),
    pool_checked_out: sum((p) => p.busy),
    pool_overflow: sum((p) => Math.max(0, p.open - p.processes * size)),
  };
}

export function databaseEntry(view: View<PostgresTarget>, servers: readonly View<PrefectTarget>[]): Database {
  return {
    name: view.target.name,
    target: view.target.id,
    status: view.status,
    latency_ms: valueIn(view, 'postgres.select_ms'),
    dialect: 'postgresql',
    version: versionIn(view),
    connections: valueIn(view, 'postgres.connections.total'),
    connections_limit: valueIn(view, 'postgres.connections.limit'),
    connections_used_percent: valueIn(view, 'postgres.connections.used_percent'),
    blocked_sessions: valueIn(view, 'postgres.blocked.sessions'),
    longest_wait_seconds: valueIn(view, 'postgres.blocked.longest_wait_seconds'),
    ...poolOf(view, servers),
    ...unknownIn(view),
  };
}

const NO_DATABASE: Snapshot['database'] = {
  status: 'unknown',
  latency_ms: null,
  dialect: 'postgresql',
  version: null,
  connections: null,
  connections_limit: null,
  connections_used_percent: null,
  blocked_sessions: null,
  longest_wait_seconds: null,
  ...NO_POOL,
  unknown: NOT_CONFIGURED,
};

/** The database the Prefect server itself lives on: the one in the role `orion`, else the first. */
export function databaseSection(
  views: readonly View<PostgresTarget>[],
  servers: readonly View<PrefectTarget>[],
): Snapshot['database'] {
  const main = views.find((v) => v.target.roles.includes('orion')) ?? views[0];
  if (main === undefined) return NO_DATABASE;
  const { name: _name, target: _target, ...section } = databaseEntry(main, servers);
  return section;
}

export function redisEntry(view: View<RedisTarget>): Snapshot['redis'][number] {
  return {
    name: view.target.name,
    target: view.target.id,
    roles: [...view.target.roles],
    status: view.status,
    latency_ms: valueIn(view, 'redis.ping_ms'),
    version: versionIn(view),
    memory_used_bytes: valueIn(view, 'redis.memory.used_bytes'),
    memory_limit_bytes: valueIn(view, 'redis.memory.limit_bytes'),
    memory_used_percent: valueIn(view, 'redis.memory.used_percent'),
    clients: valueIn(view, 'redis.clients'),
    hit_ratio_percent: valueIn(view, 'redis.keyspace.hit_ratio_percent'),
    cpu_percent: valueIn(view, 'redis.cpu.used_percent'),
    ...unknownIn(view),
  };
}

/** Flow runs by state, as one API server counts them: several servers count the same runs. */
export function flowRunsSection(view: View<PrefectTarget> | undefined): Snapshot['flow_runs'] {
  const nothing = { status: 'unknown', source: null, by_state: {} } as const;
  if (view === undefined) return { ...nothing, unknown: NOT_CONFIGURED };
  const counts = readingsOf(view.observation, 'prefect.flow_run.count');
  if (counts.length === 0) return { ...nothing, unknown: view.watch.unknown ?? NO_COUNTS };
  const uncounted = counts.find((c) => c.value === null);
  return {
    status: uncounted === undefined ? 'healthy' : 'unknown',
    source: 'api',
    by_state: Object.fromEntries(
      counts.flatMap((c) => (c.labels?.state === undefined ? [] : [[c.labels.state, c.value]])),
    ),
    ...(uncounted !== undefined && { unknown: reasonOf(uncounted) }),
  };
}

export function targetState({ target, watch, observation, status }: View): TargetState {
  const newest = watch.reports.at(-1);
  return {
    target: target.id,
    kind: target.kind,
    status,
    observed_at: newest?.startedAt ?? null,
    duration_ms: newest?.durationMs ?? null,
    ...unknownIn({ watch }),
    readings: observation.readings.map((o) => o.reading),
    facts: { ...observation.facts },
    errors: watch.fresh.flatMap((r) => r.errors),
  };
}
