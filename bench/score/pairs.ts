/** Two that have nothing to do with each other. */
export const INDEPENDENT = [
  ['postgres-wraparound', 'tls-expiring'],
  ['postgres-invalid-index', 'redis-persistence-failing'],
  ['redis-clients-high', 'invalid-parameters'],
  ['events-table-large', 'tls-untrusted'],
  ['redis-memory-high', 'etcd-unhealthy'],
  ['postgres-replication-slot-inactive', 'http2-protocol-error'],
  ['dns-failing', 'consumer-silent'],
  ['perpetual-stopped', 'host-routing-wrong'],
  ['redis-evicting', 'stuck-cancelling'],
  ['postgres-deadlocks', 'kubernetes-api-down'],
  ['disk-nearly-full', 'kubernetes-api-slow'],
] as const;

/** A cause, and what follows from it, which may be seen a minute before. */
export const FOLLOWING = [
  ['postgres-down', 'prefect-not-ready'],
  ['postgres-down', 'docket-backlog-growing'],
  ['postgres-down', 'db-connection-errors'],
  ['postgres-lock-contention', 'docket-backlog-growing'],
  ['postgres-lock-contention', 'consumer-lagging'],
  ['postgres-lock-contention', 'db-pool-exhausted'],
  ['postgres-lock-contention', 'prefect-ready-slow'],
  ['postgres-idle-in-transaction', 'postgres-lock-contention'],
  ['postgres-connections-high', 'prefect-not-ready'],
  ['postgres-cpu-high', 'docket-backlog-growing'],
  ['redis-down', 'workload-not-ready'],
  ['redis-memory-high', 'redis-evicting'],
  ['redis-memory-high', 'redis-refusing-writes'],
  ['redis-refusing-writes', 'consumer-silent'],
  ['docket-no-live-worker', 'perpetual-stopped'],
  ['consumer-silent', 'consumer-lagging'],
  ['prefect-api-down', 'entrance-down'],
  ['pod-crash-looping', 'docket-no-live-worker'],
  ['node-not-ready', 'workload-not-ready'],
] as const;
