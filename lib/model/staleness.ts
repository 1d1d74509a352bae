import type { Snapshot } from './snapshot.ts';
import type { Status } from './status.ts';
import type { Unknown } from './unknown.ts';

/** Two rounds of the minutely schedule: a snapshot older than this speaks of the past. */
export const STALE_AFTER_SECONDS = 120;

/** Seconds since the snapshot was made; NaN when its time is not one. */
export const ageSeconds = (snapshot: Snapshot, now: Date): number =>
  (now.getTime() - Date.parse(snapshot.observed_at)) / 1000;

/**
 * The snapshot as it may be told at `now`. One that is too old keeps its values, findings and incidents, but every
 * status becomes unknown with the reason `stale`, and the monitor is in error: old health is no health.
 */
export function judgedAt(snapshot: Snapshot, now: Date): Snapshot {
  if (ageSeconds(snapshot, now) <= STALE_AFTER_SECONDS) return snapshot;

  const status: Status = 'unknown';
  const unknown: Unknown = { reason: 'stale', detail: 'no assessment for more than two minutes' };
  const gone = <S extends { status: Status; unknown?: Unknown | undefined }>(section: S): S =>
    section.status === 'unknown' && section.unknown ? section : { ...section, status, unknown };
  const silent = <S extends { status: Status }>(service: S): S => ({ ...service, status });

  return {
    ...snapshot,
    status,
    server: gone(snapshot.server),
    database: gone(snapshot.database),
    docket: gone(snapshot.docket),
    services: {
      perpetual: snapshot.services.perpetual.map(silent),
      consumer: snapshot.services.consumer.map(silent),
      unknown: snapshot.services.unknown ?? unknown,
    },
    events_table: gone(snapshot.events_table),
    databases: snapshot.databases.map(gone),
    redis: snapshot.redis.map(gone),
    kubernetes: { ...gone(snapshot.kubernetes), clusters: snapshot.kubernetes.clusters.map(gone) },
    prefect_services: snapshot.prefect_services.map(silent),
    flow_runs: gone(snapshot.flow_runs),
    network: { ...gone(snapshot.network), entrances: snapshot.network.entrances.map(gone) },
    logs: gone(snapshot.logs),
    postgres_log: { ...gone(snapshot.postgres_log), logs: snapshot.postgres_log.logs.map(gone) },
    monitor: {
      ...snapshot.monitor,
      status: 'error',
      stale: true,
      targets: snapshot.monitor.targets.map(gone),
    },
  };
}
