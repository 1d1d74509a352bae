import type { TargetKind } from '../../model/report.ts';
import type { FindingDefinition } from '../finding.ts';
import { postgresConnectionsHigh } from './postgres-connections-high.ts';
import { postgresDown } from './postgres-down.ts';
import { postgresLockContention } from './postgres-lock-contention.ts';
import { prefectApiDown } from './prefect-api-down.ts';
import { prefectNotReady } from './prefect-not-ready.ts';
import { probeFailing } from './probe-failing.ts';
import { probeSilent } from './probe-silent.ts';
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

/** Everything that is concluded. */
export const FINDINGS: readonly FindingDefinition[] = [
  postgresDown,
  postgresConnectionsHigh,
  postgresLockContention,
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
  prefectApiDown,
  prefectNotReady,
  probeSilent,
  probeFailing,
];

export const findingsOf = (kind: TargetKind): readonly FindingDefinition[] =>
  FINDINGS.filter((f) => f.kinds.includes(kind));

export const findingNamed = (id: string): FindingDefinition | undefined => FINDINGS.find((f) => f.id === id);
