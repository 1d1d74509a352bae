import type { Signal } from '../catalogue/signal.ts';
import { KUBERNETES_VENDED_SIGNALS } from '../catalogue/signals/kubernetes-vended.ts';
import { POSTGRES_HOST_SIGNALS } from '../catalogue/signals/postgres-host.ts';
import { REDIS_HOST_SIGNALS } from '../catalogue/signals/redis-host.ts';
import type { Target } from '../config/targets.ts';
import type { VendedReadings } from '../model/assessment.ts';
import type { Reading } from '../model/reading.ts';
import type { Unknown } from '../model/unknown.ts';
import { secondsBetween } from './clock.ts';

/** CloudWatch is some minutes behind and asked every fifteen at the least; what is older than this is of another hour. */
const STALE_AFTER_SECONDS = 30 * 60;
/** Of what is asked for every hour, two of those. */
const HOURLY_STALE_AFTER_SECONDS = 2 * 60 * 60;

const notNamed = (what: string): Unknown => ({
  reason: 'not-configured',
  detail: `the target names no ${what}`,
});
const NOT_ASKED: Unknown = { reason: 'not-collected', detail: 'CloudWatch was not asked' };
const old = (seconds: number): Unknown => ({
  reason: 'stale',
  detail: `CloudWatch has no value of the last ${seconds / 60} minutes`,
});

/** What AWS vends of a kind of target, and why there is nothing where nobody asked. */
function vendable(target: Target): { readonly signals: readonly Signal[]; readonly unasked: Unknown } {
  switch (target.kind) {
    case 'postgres':
      return {
        signals: POSTGRES_HOST_SIGNALS,
        unasked: target.rds === undefined ? notNamed('RDS instance or cluster') : NOT_ASKED,
      };
    case 'redis':
      return {
        signals: REDIS_HOST_SIGNALS,
        unasked: target.elasticache === undefined ? notNamed('ElastiCache node') : NOT_ASKED,
      };
    case 'kubernetes':
      return {
        signals: KUBERNETES_VENDED_SIGNALS,
        unasked: target.access.from === 'eks' ? NOT_ASKED : notNamed('cluster of EKS'),
      };
    default:
      return { signals: [], unasked: NOT_ASKED };
  }
}

/** A reading of every signal AWS vends for this kind of target, known or with the reason why not. */
export function vendedOf(target: Target, vended: VendedReadings | null, now: string): readonly Reading[] {
  const { signals, unasked } = vendable(target);
  return signals.map(({ id, vended: { hourly = false } = {} }) => {
    const reading = vended?.readings.find((r) => r.target === target.id && r.signal === id);
    if (reading === undefined)
      return { signal: id, target: target.id, value: null, unknown: unasked, at: now };
    const staleAfter = hourly ? HOURLY_STALE_AFTER_SECONDS : STALE_AFTER_SECONDS;
    const isOld = secondsBetween(reading.at, now) > staleAfter;
    return isOld && reading.value !== null ? { ...reading, value: null, unknown: old(staleAfter) } : reading;
  });
}
