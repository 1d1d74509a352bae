import * as v from 'valibot';
import { FindingSchema } from './finding.ts';
import { ForecastSchema } from './forecast.ts';
import { IncidentSchema } from './incident.ts';
import { LogsSchema, PostgresLogsSchema } from './logs.ts';
import { ReadingSchema } from './reading.ts';
import { CollectorErrorSchema, FactsSchema, TargetKindSchema } from './report.ts';
import { StatusSchema } from './status.ts';
import { UnknownSchema } from './unknown.ts';

const number = v.nullable(v.number());
const text = v.nullable(v.string());

/** A value Prefect itself would know but that cannot be seen from outside is null, and `unknown` says why. */
const ServerSchema = v.strictObject({
  status: StatusSchema,
  version: text,
  uptime_seconds: number,
  started_at: text,
  latency_ms: number,
  ready: v.nullable(v.boolean()),
  ready_latency_ms: number,
  unknown: v.optional(UnknownSchema),
});

const DatabaseSchema = v.strictObject({
  name: v.string(),
  target: v.string(),
  status: StatusSchema,
  latency_ms: number,
  dialect: v.literal('postgresql'),
  version: text,
  connections: number,
  connections_limit: number,
  connections_used_percent: number,
  blocked_sessions: number,
  longest_wait_seconds: number,
  pool_size: number,
  pool_checked_out: number,
  pool_overflow: number,
  unknown: v.optional(UnknownSchema),
});

const RedisSchema = v.strictObject({
  name: v.string(),
  target: v.string(),
  roles: v.array(v.string()),
  status: StatusSchema,
  latency_ms: number,
  version: text,
  memory_used_bytes: number,
  memory_limit_bytes: number,
  memory_used_percent: number,
  clients: number,
  hit_ratio_percent: number,
  cpu_percent: number,
  unknown: v.optional(UnknownSchema),
});

/** A layer that a client does not get to is null, and so is all about certificates where the entrance is http. */
const EntranceSchema = v.strictObject({
  name: v.string(),
  target: v.string(),
  serves: v.picklist(['api', 'ui']),
  status: StatusSchema,
  dns_latency_ms: number,
  dns_addresses: number,
  connect_ms: number,
  latency_ms: number,
  http_status: number,
  leads_where_it_should: v.nullable(v.boolean()),
  certificate_trusted: v.nullable(v.boolean()),
  certificate_expires_in_days: number,
  unknown: v.optional(UnknownSchema),
});

const KubernetesClusterSchema = v.strictObject({
  name: v.string(),
  target: v.string(),
  status: StatusSchema,
  version: text,
  latency_ms: number,
  ready: v.nullable(v.boolean()),
  etcd_ready: v.nullable(v.boolean()),
  nodes: number,
  nodes_not_ready: number,
  node_cpu_highest_percent: number,
  node_memory_highest_percent: number,
  workloads: number,
  workloads_not_ready: number,
  pods_crash_looping: number,
  pods_pending: number,
  unknown: v.optional(UnknownSchema),
});

/** Unknown, and said why, where no cluster is configured: that counts in no status. */
const KubernetesSchema = v.strictObject({
  status: StatusSchema,
  clusters: v.array(KubernetesClusterSchema),
  unknown: v.optional(UnknownSchema),
});

const ServiceSchema = v.strictObject({
  name: v.string(),
  status: StatusSchema,
  last_heartbeat: text,
  last_duration_ms: v.optional(number),
  expected_interval_seconds: v.optional(number),
  details: v.record(v.string(), v.nullable(v.union([v.number(), v.string(), v.boolean()]))),
  error: v.optional(text),
});

export const TargetStateSchema = v.strictObject({
  target: v.string(),
  kind: TargetKindSchema,
  status: StatusSchema,
  observed_at: text,
  duration_ms: number,
  unknown: v.optional(UnknownSchema),
  readings: v.optional(v.array(ReadingSchema)),
  facts: v.optional(FactsSchema),
  errors: v.array(CollectorErrorSchema),
});
export type TargetState = Readonly<v.InferOutput<typeof TargetStateSchema>>;

const UnevaluatedSchema = v.strictObject({
  finding: v.string(),
  target: v.string(),
  signals: v.array(v.string()),
  reason: v.string(),
});
export type Unevaluated = Readonly<v.InferOutput<typeof UnevaluatedSchema>>;

/**
 * The finding to look at first. `consequences` follow from it; as much speaks for each of the `ties`; those `unjudged`
 * may lie deeper but could not be judged. All three are keys, `id@target`.
 */
const RootCauseSchema = v.strictObject({
  finding: v.string(),
  target: v.string(),
  title: v.string(),
  since: v.string(),
  consequences: v.array(v.string()),
  ties: v.array(v.string()),
  unjudged: v.array(v.string()),
});
export type RootCause = Readonly<v.InferOutput<typeof RootCauseSchema>>;

/**
 * The present state of one installation, as served. The first five sections keep the shape Prefect's users proposed
 * for a health endpoint of its own; the others extend it. Field names are snake_case, times ISO 8601 in UTC, units
 * stand in the names.
 */
export const SnapshotSchema = v.strictObject({
  installation: v.string(),
  kind: v.picklist(['oss', 'customer-managed']),
  status: StatusSchema,
  observed_at: v.string(),
  server: ServerSchema,
  database: v.omit(DatabaseSchema, ['name', 'target']),
  docket: v.strictObject({
    status: StatusSchema,
    backend: text,
    latency_ms: number,
    pending_tasks: number,
    unknown: v.optional(UnknownSchema),
  }),
  services: v.strictObject({
    perpetual: v.array(ServiceSchema),
    consumer: v.array(ServiceSchema),
    unknown: v.optional(UnknownSchema),
  }),
  events_table: v.strictObject({
    status: StatusSchema,
    event_count: number,
    message: text,
    unknown: v.optional(UnknownSchema),
  }),
  databases: v.array(DatabaseSchema),
  redis: v.array(RedisSchema),
  kubernetes: KubernetesSchema,
  prefect_services: v.array(ServiceSchema),
  flow_runs: v.strictObject({
    status: StatusSchema,
    source: text,
    by_state: v.record(v.string(), number),
    unknown: v.optional(UnknownSchema),
  }),
  network: v.strictObject({
    status: StatusSchema,
    entrances: v.array(EntranceSchema),
    unknown: v.optional(UnknownSchema),
  }),
  logs: LogsSchema,
  postgres_log: PostgresLogsSchema,
  findings: v.array(FindingSchema),
  root_cause: v.nullable(RootCauseSchema),
  forecasts: v.array(ForecastSchema),
  incidents: v.array(IncidentSchema),
  monitor: v.strictObject({
    status: StatusSchema,
    version: v.string(),
    stale: v.boolean(),
    complete: v.boolean(),
    in_maintenance: v.boolean(),
    targets: v.array(TargetStateSchema),
    unevaluated: v.array(UnevaluatedSchema),
  }),
});
export type Snapshot = Readonly<v.InferOutput<typeof SnapshotSchema>>;
