import { POSTGRES_HOST_SIGNALS } from '../catalogue/signals/postgres-host.ts';
import type { Target } from '../config/targets.ts';
import type { VendedReadings } from '../model/assessment.ts';
import type { Reading } from '../model/reading.ts';
import type { Unknown } from '../model/unknown.ts';
import { secondsBetween } from './clock.ts';

/** CloudWatch is some minutes behind and asked every five; what is older than this is of another hour. */
const STALE_AFTER_SECONDS = 20 * 60;

const NOT_NAMED: Unknown = {
  reason: 'not-configured',
  detail: 'the target names no RDS instance or cluster',
};
const NOT_ASKED: Unknown = { reason: 'not-collected', detail: 'CloudWatch was not asked' };
const OLD: Unknown = { reason: 'stale', detail: 'CloudWatch has no value of the last 20 minutes' };

/** A reading of every signal AWS vends for this kind of target, known or with the reason why not. */
export function vendedOf(target: Target, vended: VendedReadings | null, now: string): readonly Reading[] {
  if (target.kind !== 'postgres') return [];
  return POSTGRES_HOST_SIGNALS.map(({ id }) => {
    const reading = vended?.readings.find((r) => r.target === target.id && r.signal === id);
    if (reading === undefined) {
      const unknown = target.rds === undefined ? NOT_NAMED : NOT_ASKED;
      return { signal: id, target: target.id, value: null, unknown, at: now };
    }
    const isOld = secondsBetween(reading.at, now) > STALE_AFTER_SECONDS;
    return isOld && reading.value !== null ? { ...reading, value: null, unknown: OLD } : reading;
  });
}
