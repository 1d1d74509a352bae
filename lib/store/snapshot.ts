import type { Snapshot } from '../model/snapshot.ts';
import { SNAPSHOT_KEY } from './keys.ts';
import { ATTRIBUTES, type Detail, type StoredSnapshot, storedIn, wholeOf } from './snapshot-item.ts';
import { readItem, type Table } from './table.ts';

/** @returns null before the first assessment of the installation. */
export async function readSnapshot(table: Table, installation: string): Promise<Snapshot | null> {
  const item = await readItem(table, installation, SNAPSHOT_KEY, ATTRIBUTES.whole);
  return item === undefined ? null : wholeOf(storedIn(item));
}

/** @returns null before the first assessment of the installation. */
export type ReadSnapshot = (installation: string, detail: Detail) => Promise<StoredSnapshot | null>;

const isSame = (one: unknown, other: unknown): boolean =>
  one instanceof Uint8Array && other instanceof Uint8Array
    ? Buffer.compare(one, other) === 0
    : one === undefined && other === undefined;

/**
 * Reads snapshots, and gives the very same one again while the table holds the very same: to unpack and check one takes
 * longer than all else the API does.
 */
export function openSnapshots(table: Table): ReadSnapshot {
  const unpacked = new Map<
    string,
    { readonly item: Record<string, unknown>; readonly stored: StoredSnapshot }
  >();
  return async (installation, detail) => {
    const item = await readItem(table, installation, SNAPSHOT_KEY, ATTRIBUTES[detail]);
    if (item === undefined) return null;
    const name = `${detail} ${installation}`;
    const known = unpacked.get(name);
    if (known !== undefined && ATTRIBUTES[detail].every((a) => isSame(known.item[a], item[a]))) {
      return known.stored;
    }
    const stored = storedIn(item);
    unpacked.set(name, { item, stored });
    return stored;
  };
}
