import * as v from 'valibot';
import { type Snapshot, SnapshotSchema, TargetStateSchema } from '../model/snapshot.ts';
import { DOCUMENT_BYTES_MAX, pack, unpack } from './document.ts';
import { partitionOf, SNAPSHOT_KEY } from './keys.ts';

/**
 * How much of a snapshot is wanted. Every target's readings and facts are most of it and seldom read: they lie in an
 * attribute of their own, so that whoever wants the brief one neither unpacks nor checks them.
 */
export type Detail = 'brief' | 'whole';

export const ATTRIBUTES: Readonly<Record<Detail, readonly string[]>> = {
  brief: ['body'],
  whole: ['body', 'details'],
};

const DetailsSchema = v.array(v.pick(TargetStateSchema, ['target', 'readings', 'facts']));

export function withoutDetails(snapshot: Snapshot): Snapshot {
  const targets = snapshot.monitor.targets.map(({ readings: _, facts: __, ...target }) => target);
  return { ...snapshot, monitor: { ...snapshot.monitor, targets } };
}

/** @throws DocumentError when both parts together do not fit an item. */
export function snapshotItem(snapshot: Snapshot): Record<string, unknown> {
  const body = pack(withoutDetails(snapshot));
  const details = pack(
    snapshot.monitor.targets.map(({ target, readings, facts }) => ({ target, readings, facts })),
    DOCUMENT_BYTES_MAX - body.byteLength,
  );
  return {
    pk: partitionOf(snapshot.installation),
    sk: SNAPSHOT_KEY,
    observed_at: snapshot.observed_at,
    body,
    details,
  };
}

/**
 * The snapshot that an item holds; whole when its details were read with it.
 *
 * @throws DocumentError when a part of it is not what was expected there.
 */
export function snapshotIn({ body, details }: Readonly<Record<string, unknown>>): Snapshot {
  const brief = unpack(SnapshotSchema, body);
  if (details === undefined) return brief;
  const of = new Map(unpack(DetailsSchema, details).map((detail) => [detail.target, detail]));
  const targets = brief.monitor.targets.map((target) => ({ ...target, ...of.get(target.target) }));
  return { ...brief, monitor: { ...brief.monitor, targets } };
}
