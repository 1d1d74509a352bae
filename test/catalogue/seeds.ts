/*
 * What Prefect's own pages and reports ask to be watched, line by line, each with what the catalogue has for it. Titles are
 * in other words; signatures, settings and commands are exact.
 */

/** An insight or a line that asks to be watched, and the findings or signals that cover it. */
export type Asked = readonly [what: string, ...coveredBy: readonly [string, ...string[]]];

/** prefect.server.api.request.duration: its insights. */
export const API_INSIGHTS: readonly Asked[] = [
  ['the pool of connections is exhausted and the API crawls', 'db-pool-exhausted', 'prefect-ready-slow'],
  ['the count of task runs times out and the page stays empty', 'task-run-count-slow'],
  ['the page of runs takes ten seconds', 'run-list-slow'],
  ['pods take longer to come than their work', 'worker-pod-overhead'],
  ['the API answers 500 under load', 'api-overloaded-5xx'],
  ['HTTP/2 breaks and the agent stops', 'http2-protocol-error'],
  ['connections between agents and server are reset', 'connection-reset'],
  ['a timeout while submitting leaves a run PENDING', 'submission-timeout-pending'],
  ['the API was away and nobody confirms states', 'api-outage-unconfirmed-state'],
  ['deploying hangs where the work pool is read', 'read-work-pool-hangs'],
  ['statistics are stale and queries get slower', 'statistics-stale'],
];

/** prefect.flow_run.count: its insights; the first is the API's as well. */
export const RUN_INSIGHTS: readonly Asked[] = [
  ['the API answers 500 under load', 'api-overloaded-5xx'],
  ['a flood of runs without a limit kills the workers', 'run-flood-unlimited'],
  ['push pools bear bursts of event-driven work', 'push-pool-fits'],
  ['polling by schedule costs and hides what started a pipeline', 'polling-overhead'],
  ['marking late runs takes longer than its interval', 'mark-late-overrun', 'perpetual-behind'],
  ['runs stay CANCELLING and alerts with them', 'stuck-cancelling'],
  ['the rate limit of a plan refuses requests', 'cloud-rate-limited'],
  ['a Kubernetes worker crashes above 3,500 deployments', 'worker-overload-deployments'],
  ['the observer cannot keep pace with the cluster', 'observer-behind'],
  ['a serverless agent without a timeout wastes money', 'idle-serverless-worker'],
  ['work is spread unevenly over agents', 'worker-imbalance'],
  ['PENDING runs hold the slots late runs wait for', 'pool-slots-held-by-pending'],
  ['PENDING runs pile up for good', 'stuck-pending'],
  ['invalid parameters fail runs before they start', 'invalid-parameters'],
  ['a failed submission says Failed where Crashed is true', 'submission-failed-not-crashed'],
  ['the disk fills', 'disk-nearly-full'],
  ['events are kept seven days at a high volume', 'event-retention-growth'],
];

/** Monitoring the stack. */
export const MONITORING: readonly Asked[] = [
  ['CPU of every database', 'postgres-cpu-high'],
  ['memory of every database', 'postgres-memory-low'],
  ['connections against the most there may be', 'postgres-connections-high'],
  ['locks', 'postgres-lock-contention', 'postgres-deadlocks'],
  ['database flags', 'setting-off-recommended'],
  ['CPU of the Redis of the streams', 'redis-cpu-high-streams'],
  ['memory of every Redis', 'redis-memory-high', 'redis-evicting', 'redis-refusing-writes'],
  ['hit ratio of the cache', 'redis-hit-ratio-low-cache'],
  ['CPU of the nodes', 'node-cpu-saturated'],
  ['memory of the nodes', 'node-memory-pressure', 'pod-oom-killed'],
  ['latency of the API server, health of etcd', 'kubernetes-api-slow', 'etcd-unhealthy'],
  ['requests of every web service', 'service.requests.per_second', 'service-down'],
  ['their errors', 'service.requests.failed_percent', 'api-overloaded-5xx'],
  ['their latency', 'service.request.duration.p99_ms'],
  ['lines at error level', 'error-log-burst'],
  ['failures to authenticate', 'auth-errors'],
  ['failures to reach a database', 'db-connection-errors'],
  ['warnings of slow queries', 'slow-query-warnings'],
];

/** Discussion 20738: a dashboard of the health of services. */
export const HEALTH_DASHBOARD: readonly Asked[] = [
  ['PostgreSQL degrades and nobody sees it', 'postgres-lock-contention', 'postgres.select_ms'],
  ['docket tasks pile up in Redis', 'docket-backlog-growing', 'redis.docket.backlog'],
  ['the memory of Redis runs over', 'redis-memory-high'],
  ['a service is late by twice its interval', 'perpetual-behind'],
  ['by five times, or its last run raised', 'perpetual-stopped'],
  ['a service is not there at all', 'perpetual-missing', 'consumer-missing', 'docket-no-live-worker'],
  ['queue depth of consumers', 'consumer-lagging', 'redis.consumer.lag'],
  ['failures of consumers', 'dead-letters-growing', 'consumer-silent'],
  ['heartbeats of workers', 'workers-stale', 'postgres.workers.fresh'],
  ['round trip and pool of the database', 'postgres.connect_ms', 'db-pool-exhausted'],
  ['round trip of Redis, tasks that wait', 'redis.ping_ms', 'redis.docket.ready'],
  ['the events table is too large', 'events-table-large', 'postgres.events.rows'],
  ['heartbeats of flow runs bloat it', 'event-retention-growth', 'events-retention-stopped'],
  ['whether the API is up, and ready', 'prefect-api-down', 'prefect-not-ready'],
];

/** Its services, by the names they have there. */
export const PERPETUAL = [
  'monitor_worker_health',
  'schedule_deployments',
  'schedule_recent_deployments',
  'monitor_late_runs',
  'monitor_expired_pauses',
  'monitor_cancelled_flow_runs',
  'monitor_subflow_runs',
  'monitor_expired_leases',
  'send_telemetry_heartbeat',
] as const;
/** Distributor and LogsStream are in the list too; they read without a group, so nothing tells how far they are. */
export const CONSUMERS = [
  'EventPersister',
  'EventLogger',
  'ReactiveTriggers',
  'Actions',
  'TaskRunRecorder',
] as const;

/** Infrastructure services. */
export const INFRASTRUCTURE: readonly Asked[] = [
  ['PostgreSQL 14 at least', 'below-minimum-version'],
  ['Redis 6.2 at least', 'redis-below-minimum-version'],
  ['Kubernetes 1.29 at least', 'kubernetes-below-minimum-version'],
  ['three nodes of 16 vCPU and 24 GiB', 'below-minimum-size'],
  ['100 GiB of storage for PostgreSQL', 'postgres-below-minimum-size'],
  ['8 GiB for one Redis, or 2, 2 and 4 by role', 'redis-below-minimum-size'],
  ['a load balancer in front, routing by host', 'host-routing-wrong', 'entrance-down'],
  ['two names in DNS', 'dns-failing'],
  ['a certificate clients trust', 'tls-untrusted'],
  ['and that does not run out', 'tls-expiring'],
  ['the mesh', 'istio-gateway-without-address', 'workload-not-ready'],
  ['Redis restarted without data', 'redis-restarted-empty', 'redis-flushed'],
  ['Redis away', 'redis-down'],
  ['the queues of background work', 'work-queue-growing'],
  ['the streams of events', 'stream-group-lagging'],
  ['the databases', 'postgres-down'],
  ['events are read within 200 ms', 'events-query-slow'],
];

/** A text of a log, the signature that knows it, and a whole line where the text alone would be too little. */
export interface SeedSignature {
  readonly text: string;
  readonly signature: string;
  readonly line?: string;
}

export const SIGNATURES_ASKED: readonly SeedSignature[] = [
  {
    text: 'Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED',
    signature: 'http2-send-headers-closed',
  },
  { text: 'h2.exceptions.ProtocolError', signature: 'h2-protocol-error' },
  { text: 'httpcore.LocalProtocolError', signature: 'httpcore-local-protocol-error' },
  { text: 'httpx.LocalProtocolError', signature: 'httpx-local-protocol-error' },
  { text: 'Agent stopped!', signature: 'agent-stopped' },
  { text: 'Failed the last 3 attempts', signature: 'loop-failed-attempts' },
  { text: 'ConnectionResetError: [Errno 104] Connection reset by peer', signature: 'connection-reset' },
  { text: 'httpx.ReadError', signature: 'httpx-read-error' },
  { text: 'anyio.BrokenResourceError', signature: 'anyio-broken-resource' },
  { text: 'BrokenPipeError: [Errno 32] Broken pipe', signature: 'broken-pipe' },
  {
    text: 'Server sent an abort signal: This run is in a PENDING state and cannot transition to a PENDING state',
    signature: 'abort-already-pending',
  },
  { text: 'httpx.ReadTimeout', signature: 'httpx-read-timeout' },
  { text: 'ssl.SSLWantReadError: The operation did not complete (read)', signature: 'ssl-want-read' },
  {
    text: 'MarkLateRuns took',
    signature: 'mark-late-overrun',
    line: 'MarkLateRuns took 11.2 seconds to run, which is longer than its loop interval of 5.0 seconds.',
  },
  { text: '401', signature: 'http-401', line: '"GET /api/work_pools/local HTTP/1.1" 401' },
  { text: 'httpx.PoolTimeout', signature: 'httpx-pool-timeout' },
  { text: 'httpcore.PoolTimeout', signature: 'httpcore-pool-timeout' },
  {
    text: "Handler '_replicate_pod_event' failed with an exception",
    signature: 'observer-event-failed',
  },
];

/** Two of the texts are states of runs: no line of a log, but what a finding is about. */
export const STATES_ASKED = [
  ['Pending', 'stuck-pending'],
  ['Failed', 'submission-failed-not-crashed'],
] as const;

/** A setting, what is recommended where something is, and the finding that says both. */
export const SETTINGS_ASKED: readonly (readonly [setting: string, value: string | null, finding: string])[] =
  [
    ['server.database.sqlalchemy.pool_size', '60', 'setting-off-recommended'],
    ['server.database.sqlalchemy.max_overflow', '10', 'setting-off-recommended'],
    ['server.database.sqlalchemy.pool_timeout', '30', 'setting-off-recommended'],
    ['PREFECT_API_REQUEST_TIMEOUT', '60', 'submission-timeout-pending'],
    ['PREFECT_API_URL', null, 'read-work-pool-hangs'],
    ['autovacuum_analyze_scale_factor', '0.02', 'setting-off-recommended'],
    ['concurrency_limit', '5 and 100', 'run-flood-unlimited'],
    ['for_each', '["prefect.resource.id"]', 'run-flood-unlimited'],
    ['for_each', '["client_id"]', 'run-flood-unlimited'],
    ['work_pool_type', 'cloud-run:push', 'push-pool-fits'],
    ['marklateruns.loop_interval', '5 seconds', 'mark-late-overrun'],
    ['--limit', null, 'worker-imbalance'],
    ['PREFECT_AGENT_QUERY_RUN_FETCH_LIMIT', null, 'worker-imbalance'],
    ['for', '5m', 'stuck-cancelling'],
    ['PREFECT_EVENTS_RETENTION_PERIOD', '1-2 days at a high volume', 'event-retention-growth'],
    ['PREFECT_EVENTS_RETENTION_PERIOD', '3-5 at a medium one', 'event-retention-growth'],
  ];

/** Settings the other pages name, and the finding that does. */
export const OTHER_SETTINGS_ASKED: typeof SETTINGS_ASKED = [
  // marklateruns.loop_interval, under the name it is set by today.
  ['PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS', '5', 'setting-off-recommended'],
  ['CLOUD_UI_URL', null, 'host-routing-wrong'],
  ['CLOUD_API_URL', null, 'host-routing-wrong'],
  ['PREFECT_CLOUD_LOGGING_LEVEL', 'DEBUG', 'error-log-burst'],
  ['PREFECT_CLOUD_DISABLE_LOGGING_CONFIG', 'true', 'error-log-burst'],
];

/**
 * A command and the finding that shows it. `shown` is how the finding has it where that is not the same word by word: by
 * the real name of the database, of the table, or in a sentence.
 */
export const COMMANDS_ASKED: readonly (readonly [command: string, finding: string, shown?: string])[] = [
  ['prefect agent start --pool default-agent-pool --work-queue default', 'http2-protocol-error'],
  ['flow.run()', 'read-work-pool-hangs', '`flow.run()`'],
  ['prefect work-pool ls', 'read-work-pool-hangs'],
  ['ANALYZE;', 'statistics-stale'],
  [
    "SELECT schemaname, relname AS tablename, indexrelname AS indexname, pg_size_pretty(pg_relation_size(indexrelid)) AS index_size, idx_scan AS index_scans, idx_tup_read AS tuples_read, idx_tup_fetch AS tuples_fetched FROM pg_stat_user_indexes WHERE schemaname = 'public' ORDER BY pg_relation_size(indexrelid) DESC LIMIT 20;",
    'statistics-stale',
  ],
  ['prefect work-pool set-concurrency-limit my-pool 5', 'run-flood-unlimited'],
  ['prefect work-queue set-concurrency-limit my-queue 5 --pool my-pool', 'run-flood-unlimited'],
  ['prefect work-pool create db-events-pool --type cloud-run:push', 'push-pool-fits'],
  ['prefect work-pool provision-infra db-events-pool', 'push-pool-fits'],
  ['prefect work-pool set-concurrency-limit db-events-pool 100', 'push-pool-fits'],
  ['prefect agent start -q default --limit N', 'worker-imbalance'],
  ['prefect agent start --hide-welcome -q default -p default-agent-pool', 'pool-slots-held-by-pending'],
  ['df -h /path/to/postgresql/data', 'disk-nearly-full'],
  [
    "SELECT pg_size_pretty(pg_database_size('prefect')) AS database_size;",
    'disk-nearly-full',
    'SELECT pg_size_pretty(pg_database_size(current_database())) AS database_size;',
  ],
  ['prefect config set PREFECT_EVENTS_RETENTION_PERIOD="2d"', 'event-retention-growth'],
  [
    "SELECT pg_size_pretty(pg_total_relation_size('public.events')) AS total_size, to_char(count(*), 'FM999,999,999') AS row_count, min(occurred) AS oldest_event, max(occurred) AS newest_event FROM events;",
    'event-retention-growth',
    "SELECT pg_size_pretty(pg_total_relation_size('events')) AS total_size, to_char(count(*), 'FM999,999,999') AS row_count, min(occurred) AS oldest_event, max(occurred) AS newest_event FROM events;",
  ],
  ['prefect config view | grep EVENTS_RETENTION', 'event-retention-growth'],
];

/** What the other pages show. */
export const OTHER_COMMANDS_ASKED: typeof COMMANDS_ASKED = [
  ['kubectl logs -n prefect <pod-name>', 'error-log-burst'],
  ['prefect server services ls', 'stuck-cancelling'],
  ['PREFECT_CLOUD_LOGGING_LEVEL=DEBUG', 'error-log-burst', 'PREFECT_CLOUD_LOGGING_LEVEL=DEBUG'],
  [
    'PREFECT_CLOUD_DISABLE_LOGGING_CONFIG=true',
    'error-log-burst',
    'PREFECT_CLOUD_DISABLE_LOGGING_CONFIG=true',
  ],
];
