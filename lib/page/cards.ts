import type { Snapshot } from '../model/snapshot.ts';
import type { Status } from '../model/status.ts';
import type { Unknown } from '../model/unknown.ts';
import { bytes, count, duration, milliseconds, percent } from './format.ts';

/** A component as shown: `facts` are the few numbers worth a glance, those that are known. */
export interface Card {
  /** Of its element. */
  readonly id: string;
  readonly title: string;
  readonly status: Status;
  readonly unknown?: Unknown | undefined;
  /** Whose course is drawn there. */
  readonly target?: string | undefined;
  readonly facts: readonly (readonly [label: string, value: string])[];
}

type Shown<T> = (value: T) => string;
type Row = readonly [label: string, value: string | null];

const asIs: Shown<string> = (value) => value;
const yesOrNo: Shown<boolean> = (value) => (value ? 'yes' : 'no');
const row = <T>(label: string, value: T | null, shown: Shown<T>): Row => [
  label,
  value === null ? null : shown(value),
];
const known = (rows: readonly Row[]) =>
  rows.flatMap(([label, value]) => (value === null ? [] : [[label, value] as const]));

/** `12 of 100 (12 %)`, or as much of it as is known. */
function share(used: number | null, limit: number | null, ratio: number | null, shown: Shown<number>) {
  if (used === null) return null;
  if (limit === null) return shown(used);
  return `${shown(used)} of ${shown(limit)}${ratio === null ? '' : ` (${percent(ratio)})`}`;
}

/** `12`, or `12, 2 not ready`. */
const without = (all: number | null, notReady: number | null): string | null =>
  all === null ? null : `${count(all)}${notReady ? `, ${count(notReady)} not ready` : ''}`;

/** More may be busy than are kept open: pools overflow. */
const poolUse = (d: Snapshot['databases'][number]): string | null =>
  d.pool_checked_out === null
    ? null
    : `${count(d.pool_checked_out)} busy${d.pool_size === null ? '' : `, ${count(d.pool_size)} kept open`}`;

const server = ({ server: s, monitor }: Snapshot): Card => ({
  id: 'part-server',
  title: 'Prefect server',
  target: monitor.targets.find((t) => t.kind === 'prefect')?.target,
  status: s.status,
  unknown: s.unknown,
  facts: known([
    row('Version', s.version, asIs),
    row('Health answered in', s.latency_ms, milliseconds),
    row('Ready', s.ready, yesOrNo),
    row('Readiness answered in', s.ready_latency_ms, milliseconds),
    row('Up for', s.uptime_seconds, duration),
  ]),
});

const database = (d: Snapshot['databases'][number]): Card => ({
  id: `part-${d.target}`,
  title: `PostgreSQL ${d.name}`,
  target: d.target,
  status: d.status,
  unknown: d.unknown,
  facts: known([
    row('Version', d.version, asIs),
    ['Connections', share(d.connections, d.connections_limit, d.connections_used_percent, count)],
    ['Prefect’s pools', poolUse(d)],
    row('Blocked sessions', d.blocked_sessions, count),
    row('Longest wait', d.longest_wait_seconds, duration),
    row('SELECT 1', d.latency_ms, milliseconds),
  ]),
});

const redis = (r: Snapshot['redis'][number]): Card => ({
  id: `part-${r.target}`,
  title: r.roles.length === 0 ? `Redis ${r.name}` : `Redis ${r.name} (${r.roles.join(', ')})`,
  target: r.target,
  status: r.status,
  unknown: r.unknown,
  facts: known([
    row('Version', r.version, asIs),
    ['Memory', share(r.memory_used_bytes, r.memory_limit_bytes, r.memory_used_percent, bytes)],
    row('Clients', r.clients, count),
    row('Hit ratio', r.hit_ratio_percent, percent),
    row('CPU', r.cpu_percent, percent),
    row('PING', r.latency_ms, milliseconds),
  ]),
});

const docket = ({ docket: d }: Snapshot): Card => ({
  id: 'part-docket',
  title: 'Docket',
  status: d.status,
  unknown: d.unknown,
  facts: known([
    row('Backend', d.backend, asIs),
    row('Pending tasks', d.pending_tasks, count),
    row('Answered in', d.latency_ms, milliseconds),
  ]),
});

const eventsTable = ({ events_table: e }: Snapshot): Card => ({
  id: 'part-events-table',
  title: 'Events table',
  status: e.status,
  unknown: e.unknown,
  facts: known([row('Events', e.event_count, count), row('Note', e.message, asIs)]),
});

const inDays: Shown<number> = (value) => (value > 0 ? `in ${duration(value * 86_400)}` : 'expired');

const entrance = (e: Snapshot['network']['entrances'][number]): Card => ({
  id: `part-${e.target}`,
  title: `Entrance ${e.name}`,
  target: e.target,
  status: e.status,
  unknown: e.unknown,
  facts: known([
    row('Answered in', e.latency_ms, milliseconds),
    row('Connected in', e.connect_ms, milliseconds),
    row('Leads where it should', e.leads_where_it_should, yesOrNo),
    row('Certificate trusted', e.certificate_trusted, yesOrNo),
    row('Certificate expires', e.certificate_expires_in_days, inDays),
  ]),
});

/** One card each, or one that says why there is none. */
const entrances = ({ network: { entrances, status, unknown } }: Snapshot): readonly Card[] =>
  entrances.length > 0
    ? entrances.map(entrance)
    : [{ id: 'part-network', title: 'Network', status, unknown, facts: [] }];

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const webService = (s: Snapshot['prefect_services'][number]): Card => ({
  id: `part-service/${s.name}`,
  title: `Service ${s.name}`,
  target: `service/${s.name}`,
  status: s.status,
  facts: known([
    row('Requests a second', number(s.details.requests_per_second), count),
    row('Answered 5xx', number(s.details.errors_percent), percent),
    row('Half of them within', number(s.details.latency_p50_ms), milliseconds),
    row('95 % of them within', number(s.details.latency_p95_ms), milliseconds),
    row('Metrics answered in', number(s.details.answer_ms), milliseconds),
    row('Not known', s.error ?? null, asIs),
  ]),
});

const logs = ({ logs: l, monitor }: Snapshot): Card => ({
  id: 'part-logs',
  title: 'Logs',
  status: l.status,
  unknown: l.unknown,
  target: monitor.targets.find((t) => t.kind === 'logs')?.target,
  facts: known([
    row('Errors in a minute', l.errors, count),
    row('Refused logins', l.auth_errors, count),
    row('Failures of databases', l.database_errors, count),
    row('Slow statements', l.slow_queries, count),
    row('Containers read', l.containers_read, count),
    row('Containers not read', l.containers_unread, count),
  ]),
});

const postgresLog = (l: Snapshot['postgres_log']['logs'][number]): Card => ({
  id: `part-${l.target}`,
  title: `Log of PostgreSQL ${l.name}`,
  target: l.target,
  status: l.status,
  unknown: l.unknown,
  facts: known([
    row('Slow statements in a minute', l.slow_statements, count),
    row('Slowest', l.slowest_ms, milliseconds),
    row('Waits for locks', l.lock_waits, count),
    row('Longest wait', l.longest_lock_wait_ms, milliseconds),
    row('Slowest together', l.worst[0]?.statement ?? null, asIs),
  ]),
});

const cluster = (c: Snapshot['kubernetes']['clusters'][number]): Card => ({
  id: `part-${c.target}`,
  title: `Kubernetes ${c.name}`,
  target: c.target,
  status: c.status,
  unknown: c.unknown,
  facts: known([
    row('Version', c.version, asIs),
    row('API server answered in', c.latency_ms, milliseconds),
    row('etcd', c.etcd_ready, (ready) => (ready ? 'healthy' : 'not healthy')),
    ['Nodes', without(c.nodes, c.nodes_not_ready)],
    row('CPU of the busiest node', c.node_cpu_highest_percent, percent),
    row('Memory of the fullest node', c.node_memory_highest_percent, percent),
    ['Workloads', without(c.workloads, c.workloads_not_ready)],
    row('Crashing in a loop', c.pods_crash_looping, count),
  ]),
});

/** A card for each cluster, and one that says that there is none. */
const kubernetes = ({ kubernetes: { clusters, status, unknown } }: Snapshot): readonly Card[] =>
  clusters.length === 0
    ? [{ id: 'part-kubernetes', title: 'Kubernetes', status, unknown, facts: [] }]
    : clusters.map(cluster);

/** The monitor itself: whether it sees all it should. */
const vitals = ({ monitor: m }: Snapshot): Card => ({
  id: 'part-monitor',
  title: 'Prefect Vitals',
  status: m.status,
  facts: [
    ['Version', m.version],
    ['Targets that answer', `${m.targets.filter((t) => !t.unknown).length} of ${m.targets.length}`],
    ['Rules that could not be judged', count(m.unevaluated.length)],
  ],
});

/** Every component of an installation, in the order of the dependency: what others stand on comes first. */
export function cardsOf(snapshot: Snapshot): readonly Card[] {
  return [
    ...snapshot.databases.map(database),
    ...snapshot.redis.map(redis),
    server(snapshot),
    docket(snapshot),
    eventsTable(snapshot),
    ...snapshot.prefect_services.map(webService),
    ...kubernetes(snapshot),
    ...entrances(snapshot),
    logs(snapshot),
    ...snapshot.postgres_log.logs.map(postgresLog),
    vitals(snapshot),
  ];
}

/** What nobody asked to have watched says nothing about health, and stands apart. */
export const isWatched = ({ unknown }: Pick<Card, 'unknown'>): boolean =>
  unknown?.reason !== 'not-configured' && unknown?.reason !== 'not-collected';
