import { TARGET_KINDS, type TargetKind } from '../../model/report.ts';
import type { FindingDefinition } from '../finding.ts';
import { apiOutageUnconfirmedState } from './api-outage-unconfirmed-state.ts';
import { apiOverloaded5xx } from './api-overloaded-5xx.ts';
import { belowMinimumVersion } from './below-minimum-version.ts';
import { cloudRateLimited } from './cloud-rate-limited.ts';
import { consumerLagging } from './consumer-lagging.ts';
import { consumerMissing } from './consumer-missing.ts';
import { consumerSilent } from './consumer-silent.ts';
import { dbPoolExhausted } from './db-pool-exhausted.ts';
import { deadLettersGrowing } from './dead-letters-growing.ts';
import { diskNearlyFull } from './disk-nearly-full.ts';
import { docketBacklogGrowing } from './docket-backlog-growing.ts';
import { docketInMemory } from './docket-in-memory.ts';
import { docketNoLiveWorker } from './docket-no-live-worker.ts';
import { docketNotWatched } from './docket-not-watched.ts';
import { docketPasswordExposed } from './docket-password-exposed.ts';
import { KUBERNETES_FINDINGS } from './kubernetes.ts';
import { LOGS_FINDINGS } from './logs.ts';
import { NETWORK_FINDINGS } from './network.ts';
import { perpetualBehind } from './perpetual-behind.ts';
import { perpetualMissing } from './perpetual-missing.ts';
import { perpetualRaising } from './perpetual-raising.ts';
import { perpetualStopped } from './perpetual-stopped.ts';
import { postgresBelowMinimumSize } from './postgres-below-minimum-size.ts';
import { postgresConnectionsHigh } from './postgres-connections-high.ts';
import { postgresCpuHigh } from './postgres-cpu-high.ts';
import { postgresDeadlocks } from './postgres-deadlocks.ts';
import { postgresDown } from './postgres-down.ts';
import { postgresIdleInTransaction } from './postgres-idle-in-transaction.ts';
import { postgresInvalidIndex } from './postgres-invalid-index.ts';
import { postgresLockContention } from './postgres-lock-contention.ts';
import { postgresLongTransaction } from './postgres-long-transaction.ts';
import { postgresMemoryLow } from './postgres-memory-low.ts';
import { postgresReplicationSlotInactive } from './postgres-replication-slot-inactive.ts';
import { postgresWraparound } from './postgres-wraparound.ts';
import { prefectApiDown } from './prefect-api-down.ts';
import { prefectClockSkewed } from './prefect-clock-skewed.ts';
import { prefectNotReady } from './prefect-not-ready.ts';
import { prefectReadySlow } from './prefect-ready-slow.ts';
import { PREFECT_TABLES_FINDINGS } from './prefect-tables.ts';
import { probeFailing } from './probe-failing.ts';
import { probeSilent } from './probe-silent.ts';
import { readWorkPoolHangs } from './read-work-pool-hangs.ts';
import { redisBelowMinimumSize } from './redis-below-minimum-size.ts';
import { redisBelowMinimumVersion } from './redis-below-minimum-version.ts';
import { redisClientsHigh } from './redis-clients-high.ts';
import { redisCpuHighStreams } from './redis-cpu-high-streams.ts';
import { redisDown } from './redis-down.ts';
import { redisEvicting } from './redis-evicting.ts';
import { redisEvictionPolicy } from './redis-eviction-policy.ts';
import { redisFlushed } from './redis-flushed.ts';
import { redisHitRatioLowCache } from './redis-hit-ratio-low-cache.ts';
import { redisMemoryHigh } from './redis-memory-high.ts';
import { redisPersistenceFailing } from './redis-persistence-failing.ts';
import { redisRefusingWrites } from './redis-refusing-writes.ts';
import { redisRejectingConnections } from './redis-rejecting-connections.ts';
import { redisReplicaLinkDown } from './redis-replica-link-down.ts';
import { redisRestartedEmpty } from './redis-restarted-empty.ts';
import { runListSlow } from './run-list-slow.ts';
import { serviceDown } from './service-down.ts';
import { settingOffRecommended } from './setting-off-recommended.ts';
import { statisticsStale } from './statistics-stale.ts';
import { streamGroupLagging } from './stream-group-lagging.ts';
import { taskRunCountSlow } from './task-run-count-slow.ts';
import { workQueueGrowing } from './work-queue-growing.ts';

/** Everything that is concluded. */
export const FINDINGS: readonly FindingDefinition[] = [
  postgresDown,
  postgresConnectionsHigh,
  dbPoolExhausted,
  postgresLockContention,
  postgresCpuHigh,
  postgresMemoryLow,
  diskNearlyFull,
  ...PREFECT_TABLES_FINDINGS,
  postgresIdleInTransaction,
  postgresLongTransaction,
  postgresDeadlocks,
  postgresWraparound,
  postgresReplicationSlotInactive,
  postgresInvalidIndex,
  statisticsStale,
  belowMinimumVersion,
  postgresBelowMinimumSize,
  settingOffRecommended,
  redisDown,
  redisRestartedEmpty,
  redisFlushed,
  redisRefusingWrites,
  redisMemoryHigh,
  redisEvicting,
  redisRejectingConnections,
  redisClientsHigh,
  redisCpuHighStreams,
  redisHitRatioLowCache,
  redisReplicaLinkDown,
  redisPersistenceFailing,
  redisEvictionPolicy,
  redisBelowMinimumVersion,
  redisBelowMinimumSize,
  ...NETWORK_FINDINGS,
  prefectApiDown,
  prefectNotReady,
  serviceDown,
  apiOverloaded5xx,
  prefectClockSkewed,
  prefectReadySlow,
  readWorkPoolHangs,
  runListSlow,
  taskRunCountSlow,
  apiOutageUnconfirmedState,
  cloudRateLimited,
  docketNoLiveWorker,
  docketBacklogGrowing,
  docketInMemory,
  docketNotWatched,
  docketPasswordExposed,
  perpetualStopped,
  perpetualBehind,
  perpetualRaising,
  perpetualMissing,
  consumerSilent,
  consumerMissing,
  consumerLagging,
  deadLettersGrowing,
  workQueueGrowing,
  streamGroupLagging,
  ...KUBERNETES_FINDINGS,
  ...LOGS_FINDINGS,
  probeSilent,
  probeFailing,
];

const OF_KIND = new Map(TARGET_KINDS.map((kind) => [kind, FINDINGS.filter((f) => f.kinds.includes(kind))]));

export const findingsOf = (kind: TargetKind): readonly FindingDefinition[] => OF_KIND.get(kind) ?? [];

const BY_ID = new Map(FINDINGS.map((f) => [f.id, f]));

export const findingNamed = (id: string): FindingDefinition | undefined => BY_ID.get(id);
