import { expectationsIn, holdsDocket } from '../catalogue/prefect/look.ts';
import type { PrefectTarget, RedisTarget } from '../config/targets.ts';
import type { Finding } from '../model/finding.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { worstOf } from '../model/status.ts';
import type { Unknown } from '../model/unknown.ts';
import { onlyValue, readingsOf } from './observation.ts';
import type { View } from './sections.ts';

const NOT_CONFIGURED: Unknown = { reason: 'not-configured', detail: 'no Redis is configured' };
const IN_MEMORY: Unknown = {
  reason: 'not-configured',
  detail: 'Prefect keeps its docket in its own memory, where it cannot be seen from outside',
};
const NOWHERE: Unknown = { reason: 'missing', detail: 'no Redis that is watched holds a docket' };

const statusIn = (findings: readonly Finding[]) =>
  worstOf(findings.filter((f) => f.component === 'docket').map((f) => f.status));

/** What is due or running in every docket of one Redis; null when none of it could be read. */
function pendingIn({ observation }: View): number | null {
  const counts = ['redis.docket.backlog', 'redis.docket.running'].flatMap((signal) =>
    readingsOf(observation, signal).flatMap((r) => (r.value === null ? [] : [r.value])),
  );
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
}

/** The docket Prefect works through: in the Redis that holds it, or in its own memory. */
export function docketSection(
  redis: readonly View<RedisTarget>[],
  servers: readonly View<PrefectTarget>[],
  findings: readonly Finding[],
): Snapshot['docket'] {
  const { settings } = expectationsIn(servers.map((s) => s.observation));
  const nothing = { latency_ms: null, pending_tasks: null };
  const found = worstOf([statusIn(findings), 'unknown']);
  if (settings?.docket.backend === 'memory')
    return { ...nothing, status: found, backend: 'memory', unknown: IN_MEMORY };

  const backend = settings?.docket.backend ?? null;
  const holder = redis.find((v) => holdsDocket({ all: (signal) => readingsOf(v.observation, signal) }));
  if (holder === undefined) {
    const blind = redis.find((v) => v.watch.unknown !== null)?.watch.unknown;
    const unknown = redis.length === 0 ? NOT_CONFIGURED : (blind ?? NOWHERE);
    return { ...nothing, status: found, backend, unknown };
  }
  const latency = onlyValue(holder.observation, 'redis.ping_ms');
  return {
    status: statusIn(findings),
    backend: 'redis',
    latency_ms: typeof latency === 'number' ? latency : null,
    pending_tasks: pendingIn(holder),
  };
}
