import type { TargetKind } from '../../model/report.ts';
import type { FindingDefinition } from '../finding.ts';
import { belowMinimumVersion } from './below-minimum-version.ts';
import { diskNearlyFull } from './disk-nearly-full.ts';
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
import { prefectNotReady } from './prefect-not-ready.ts';
import { PREFECT_TABLES_FINDINGS } from './prefect-tables.ts';
import { probeFailing } from './probe-failing.ts';
import { probeSilent } from './probe-silent.ts';
import { redisDown } from './redis-down.ts';
import { redisMemoryHigh } from './redis-memory-high.ts';
import { settingOffRecommended } from './setting-off-recommended.ts';
import { statisticsStale } from './statistics-stale.ts';

/** Everything that is concluded. */
export const FINDINGS: readonly FindingDefinition[] = [
  postgresDown,
  postgresConnectionsHigh,
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
  settingOffRecommended,
  redisDown,
  redisMemoryHigh,
  prefectApiDown,
  prefectNotReady,
  probeSilent,
  probeFailing,
];

export const findingsOf = (kind: TargetKind): readonly FindingDefinition[] =>
  FINDINGS.filter((f) => f.kinds.includes(kind));

export const findingNamed = (id: string): FindingDefinition | undefined => FINDINGS.find((f) => f.id === id);
