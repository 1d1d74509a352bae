import * as v from 'valibot';
import { type Finding, findingKey } from '../../lib/model/finding.ts';
import type { Reading } from '../../lib/model/reading.ts';
import { type Snapshot, SnapshotSchema } from '../../lib/model/snapshot.ts';
import type { Unknown } from '../../lib/model/unknown.ts';

export const OBSERVED_AT = '2026-11-21T08:00:00.000Z';
/** A moment after the snapshot was made. */
export const secondsAfter = (seconds: number): Date => new Date(Date.parse(OBSERVED_AT) + seconds * 1000);

const notCollected: Unknown = { reason: 'not-collected', detail: '' };
const notConfigured: Unknown = { reason: 'not-configured', detail: '' };

export const reading = (
  signal: string,
  target: string,
  value: number,
  labels?: Readonly<Record<string, string>>,
): Reading => ({ signal, target, value, ...(labels && { labels }), at: OBSERVED_AT });

const POSTGRES_READINGS = [
  reading('postgres.up', 'postgres/orion', 1),
  reading('postgres.connect_ms', 'postgres/orion', 12.5),
  reading('postgres.connections.used_percent', 'postgres/orion', 12.4),
];
const REDIS_READINGS: readonly Reading[] = [
  reading('redis.up', 'redis/streams', 1),
  reading('redis.memory.used_bytes', 'redis/streams', 2_097_152),
  reading('redis.keyspace.hits', 'redis/streams', 4242),
  {
    signal: 'redis.memory.limit_bytes',
    target: 'redis/streams',
    value: null,
    unknown: { reason: 'missing', detail: 'no maxmemory is set' },
    at: OBSERVED_AT,
  },
];
const PREFECT_READINGS = [
  reading('prefect.up', 'prefect/server', 1),
  reading('prefect.health_ms', 'prefect/server', 4.7),
  reading('prefect.ready_ms', 'prefect/server', 31),
  reading('prefect.server.api.request.duration', 'prefect/server', 4.7, { request: 'health' }),
  reading('prefect.server.api.request.duration_p95', 'prefect/server', 31, { request: 'health' }),
  reading('prefect.flow_run.count', 'prefect/server', 3, { state: 'RUNNING' }),
  reading('prefect.flow_run.count', 'prefect/server', 120, { state: 'COMPLETED' }),
];

const target = (id: string, kind: 'postgres' | 'redis' | 'prefect', readings: readonly Reading[]) => ({
  target: id,
  kind,
  status: 'healthy' as const,
  observed_at: OBSERVED_AT,
  duration_ms: 48,
  readings: [...readings],
  facts: { server_version: '18.4' },
  errors: [],
});

const DATABASE = {
  status: 'healthy' as const,
  latency_ms: 0.8,
  dialect: 'postgresql' as const,
  version: '18.4',
  connections: 12,
  connections_limit: 97,
  connections_used_percent: 12.4,
  blocked_sessions: 0,
  longest_wait_seconds: 0,
  pool_size: null,
  pool_checked_out: null,
  pool_overflow: null,
};

const HEALTHY: Snapshot = {
  installation: 'production',
  kind: 'oss',
  status: 'healthy',
  observed_at: OBSERVED_AT,
  server: {
    status: 'healthy',
    version: '3.8.1',
    uptime_seconds: null,
    started_at: null,
    latency_ms: 4.7,
    ready: true,
    ready_latency_ms: 31,
  },
  database: DATABASE,
  docket: { status: 'unknown', backend: null, latency_ms: null, pending_tasks: null, unknown: notCollected },
  services: { perpetual: [], consumer: [], unknown: notCollected },
  events_table: { status: 'unknown', event_count: null, message: null, unknown: notCollected },
  databases: [{ name: 'orion', target: 'postgres/orion', ...DATABASE }],
  redis: [
    {
      name: 'streams',
      target: 'redis/streams',
      roles: ['work', 'streams'],
      status: 'healthy',
      latency_ms: 0.3,
      version: '7.0.15',
      memory_used_bytes: 2_097_152,
      memory_limit_bytes: null,
      memory_used_percent: null,
      clients: 9,
      hit_ratio_percent: 98.2,
      cpu_percent: 3.1,
    },
  ],
  kubernetes: { status: 'unknown', clusters: [], unknown: notConfigured },
  prefect_services: [],
  flow_runs: { status: 'healthy', source: 'api', by_state: { COMPLETED: 120, RUNNING: 3 } },
  network: { status: 'unknown', entrances: [], unknown: notConfigured },
  logs: {
    status: 'unknown',
    from: null,
    to: null,
    containers_read: null,
    containers_unread: null,
    errors: null,
    auth_errors: null,
    database_errors: null,
    slow_queries: null,
    signatures: [],
    unknown: notCollected,
  },
  postgres_log: { status: 'unknown', logs: [], unknown: notConfigured },
  findings: [],
  root_cause: null,
  forecasts: [],
  incidents: [],
  monitor: {
    status: 'healthy',
    version: '0.1.0',
    stale: false,
    complete: true,
    in_maintenance: false,
    targets: [
      target('postgres/orion', 'postgres', POSTGRES_READINGS),
      target('redis/streams', 'redis', REDIS_READINGS),
      target('prefect/server', 'prefect', PREFECT_READINGS),
    ],
    unevaluated: [
      {
        finding: 'redis-memory-high',
        target: 'redis/streams',
        signals: ['redis.memory.limit_bytes'],
        reason: 'missing',
      },
    ],
  },
};

/** A snapshot of a small healthy installation, changed as a test needs it; never one that could not be stored. */
export const snapshotOf = (changes: Partial<Snapshot> = {}): Snapshot =>
  v.parse(SnapshotSchema, { ...HEALTHY, ...changes });

export const POSTGRES_DOWN: Finding = {
  id: 'postgres-down',
  target: 'postgres/orion',
  component: 'database',
  severity: 'critical',
  status: 'error',
  since: '2026-11-21T07:48:00.000Z',
  observed_at: OBSERVED_AT,
  title: 'PostgreSQL does not answer',
  evidence: [{ text: 'postgres/orion does not accept sessions', signal: 'postgres.up', value: 0 }],
  meaning: 'No session could be opened.',
  impact: 'Prefect keeps all state here.',
  remedy: [{ text: 'See whether the server accepts connections.', command: 'pg_isready -h db -p 5432' }],
  source: ['Prefect, Monitoring the stack'],
};

export const NOT_READY: Finding = {
  ...POSTGRES_DOWN,
  id: 'prefect-not-ready',
  target: 'prefect/server',
  component: 'server',
  title: 'The Prefect API runs but cannot reach its database',
  evidence: [{ text: 'prefect/server: GET /ready does not answer 200', signal: 'prefect.ready', value: 0 }],
  remedy: [{ text: 'Look at the database first.' }],
  caused_by: findingKey(POSTGRES_DOWN),
};

/** The same installation after its database went away. */
export const brokenSnapshot = (): Snapshot =>
  snapshotOf({
    status: 'error',
    server: { ...HEALTHY.server, status: 'error', ready: false },
    database: { ...DATABASE, status: 'error' },
    databases: [
      {
        name: 'orion',
        target: 'postgres/orion',
        ...DATABASE,
        status: 'error',
        latency_ms: null,
        unknown: { reason: 'refused', detail: 'nothing listens on db:5432' },
      },
    ],
    findings: [NOT_READY, POSTGRES_DOWN],
    root_cause: {
      finding: POSTGRES_DOWN.id,
      target: POSTGRES_DOWN.target,
      title: POSTGRES_DOWN.title,
      since: POSTGRES_DOWN.since,
      consequences: [`${NOT_READY.id}@${NOT_READY.target}`],
      ties: [],
      unjudged: [],
    },
    incidents: [
      {
        id: 'production#postgres-down@postgres/orion#1',
        installation: 'production',
        finding: POSTGRES_DOWN,
        consequences: [
          {
            finding: `${NOT_READY.id}@${NOT_READY.target}`,
            title: NOT_READY.title,
            severity: NOT_READY.severity,
            phase: 'open',
            since: NOT_READY.since,
          },
        ],
        phase: 'open',
        severity: 'critical',
        peak: 'critical',
        told: 'critical',
        told_at: '2026-11-21T07:49:00.000Z',
        changes: 1,
        first_observed_at: POSTGRES_DOWN.since,
        opened_at: '2026-11-21T07:49:00.000Z',
        escalated_at: null,
        recovering_since: null,
        closed_at: null,
      },
    ],
  });
