import * as v from 'valibot';
import type { Snapshot } from '../model/snapshot.ts';
import { StatusSchema } from '../model/status.ts';
import { pack } from './document.ts';
import { expiresAt, historyKey, partitionOf } from './keys.ts';

const KEPT_SECONDS = 24 * 3600;

/** One minute of an installation: its status, and every known value by `target signal` with labels appended. */
export const MomentSchema = v.strictObject({
  at: v.string(),
  status: StatusSchema,
  values: v.record(v.string(), v.number()),
});
export type Moment = Readonly<v.InferOutput<typeof MomentSchema>>;

export function momentOf(snapshot: Snapshot): Moment {
  const values: Record<string, number> = {};
  for (const target of snapshot.monitor.targets) {
    for (const reading of target.readings ?? []) {
      if (reading.value === null) continue;
      const labels = Object.values(reading.labels ?? {});
      values[[reading.target, reading.signal, ...labels].join(' ')] = reading.value;
    }
  }
  return { at: snapshot.observed_at, status: snapshot.status, values };
}

/** The item that keeps a snapshot's moment for a day. */
export function historyItem(snapshot: Snapshot, now: Date): Record<string, unknown> {
  return {
    pk: partitionOf(snapshot.installation),
    sk: historyKey(snapshot.observed_at),
    body: pack(momentOf(snapshot)),
    expires_at: expiresAt(now, KEPT_SECONDS),
  };
}
