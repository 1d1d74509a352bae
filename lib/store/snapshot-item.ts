import * as v from 'valibot';
import { type Snapshot, SnapshotSchema, TargetStateSchema } from '../model/snapshot.ts';
import {
  DOCUMENT_BYTES_MAX,
  DocumentError,
  pack,
  packText,
  parseDocument,
  unpack,
  unpackText,
} from './document.ts';
import { partitionOf, SNAPSHOT_KEY } from './keys.ts';

/**
 * How much of a snapshot is wanted. Every target's readings and facts are most of it and seldom read: they lie in an
 * attribute of their own, so that whoever wants the brief one neither unpacks nor checks them.
 */
export type Detail = 'brief' | 'whole';

export const ATTRIBUTES: Readonly<Record<Detail, readonly string[]>> = {
  brief: ['body'],
  whole: ['body', 'target_details'],
};

/**
 * A snapshot as it is kept. `details` are the JSON texts of `{readings, facts}`, one for each target in their order, or
 * null where they were not read: whoever passes them on as they are need not parse them, which takes longest of all.
 */
export interface StoredSnapshot {
  readonly brief: Snapshot;
  readonly details: readonly string[] | null;
}

const DetailsSchema = v.pick(TargetStateSchema, ['readings', 'facts']);

export function withoutDetails(snapshot: Snapshot): Snapshot {
  const targets = snapshot.monitor.targets.map(({ readings: _, facts: __, ...target }) => target);
  return { ...snapshot, monitor: { ...snapshot.monitor, targets } };
}

/** JSON in one line has no line breaks of its own, and so they stand between one target's details and the next one's. */
const detailsOf = ({ monitor }: Snapshot): readonly string[] =>
  monitor.targets.map(({ readings, facts }) => JSON.stringify({ readings, facts }));

/** @throws DocumentError when both parts together do not fit an item. */
export function snapshotItem(snapshot: Snapshot): Record<string, unknown> {
  const body = pack(withoutDetails(snapshot));
  return {
    pk: partitionOf(snapshot.installation),
    sk: SNAPSHOT_KEY,
    observed_at: snapshot.observed_at,
    body,
    target_details: packText(detailsOf(snapshot).join('\n'), DOCUMENT_BYTES_MAX - body.byteLength),
  };
}

/**
 * The snapshot that an item holds, with details when they were read with it.
 *
 * @throws DocumentError when a part of it is not what was expected there.
 */
export function storedIn(item: Readonly<Record<string, unknown>>): StoredSnapshot {
  const brief = unpack(SnapshotSchema, item.body);
  if (item.target_details === undefined) return { brief, details: null };
  const text = unpackText(item.target_details);
  const details = text === '' ? [] : text.split('\n');
  if (details.length !== brief.monitor.targets.length) {
    throw new DocumentError(
      `the item holds details of ${details.length} targets and not of ${brief.monitor.targets.length}`,
    );
  }
  return { brief, details };
}

type Details = v.InferOutput<typeof DetailsSchema>;

/** The same are asked for again and again while no new snapshot is made, and take long to read. */
const READ = new WeakMap<readonly string[], readonly Details[]>();

function detailsIn(texts: readonly string[]): readonly Details[] {
  const read = READ.get(texts) ?? texts.map((text) => parseDocument(DetailsSchema, text));
  READ.set(texts, read);
  return read;
}

/**
 * The snapshot with what is known of its details.
 *
 * @throws DocumentError when details are not what was expected there.
 */
export function wholeOf({ brief, details }: StoredSnapshot): Snapshot {
  if (details === null) return brief;
  const known = detailsIn(details);
  const targets = brief.monitor.targets.map((target, i) => ({ ...target, ...known[i] }));
  return { ...brief, monitor: { ...brief.monitor, targets } };
}
