import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { type Assessment, type AssessState, AssessStateSchema } from '../model/assessment.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { DocumentError, pack, unpack } from './document.ts';
import { historyItem } from './history.ts';
import { incidentItem } from './incidents.ts';
import { partitionOf, SNAPSHOT_KEY, STATE_KEY } from './keys.ts';
import {
  ATTRIBUTES,
  type Detail,
  type StoredSnapshot,
  snapshotItem,
  storedIn,
  wholeOf,
} from './snapshot-item.ts';
import type { Table } from './table.ts';

/** Thrown when another assessment was written since this one's state was read: read again and assess again. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** The state of the last assessment, when that was, and the number it must be replaced under; 0 before the first. */
export interface StoredState {
  readonly state: AssessState | null;
  readonly version: number;
  readonly assessedAt: Date | null;
}

const Timestamp = v.fallback(v.nullable(v.pipe(v.string(), v.isoTimestamp())), null);

async function read(table: Table, installation: string, sk: string, attributes?: readonly string[]) {
  const { Item } = await table.client.send(
    new GetCommand({
      TableName: table.name,
      Key: { pk: partitionOf(installation), sk },
      ConsistentRead: true,
      ...(attributes && { ProjectionExpression: attributes.join(', ') }),
    }),
  );
  return Item;
}

/** @returns null before the first assessment of the installation. */
export async function readSnapshot(table: Table, installation: string): Promise<Snapshot | null> {
  const item = await read(table, installation, SNAPSHOT_KEY, ATTRIBUTES.whole);
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
    const item = await read(table, installation, SNAPSHOT_KEY, ATTRIBUTES[detail]);
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

/**
 * A state written by another version of this app may no longer be readable. It is then forgotten, which costs the
 * rates of one minute and starts open incidents anew: better than a monitor that stands still until somebody looks.
 */
export async function readState(table: Table, installation: string): Promise<StoredState> {
  const item = await read(table, installation, STATE_KEY);
  if (item === undefined) return { state: null, version: 0, assessedAt: null };
  const version = v.parse(v.number(), item.version);
  const at = v.parse(Timestamp, item.assessed_at);
  const assessedAt = at === null ? null : new Date(at);
  try {
    return { state: unpack(AssessStateSchema, item.body), version, assessedAt };
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    console.warn({
      message: 'the state of the last assessment is forgotten',
      installation,
      why: error.message,
    });
    return { state: null, version, assessedAt };
  }
}

/**
 * Writes an assessment in one transaction: state, snapshot and every incident that changed. Either all of it stands, and
 * the stream tells people of each change, or none of it. This minute's history follows by itself: a transaction costs
 * double, and a minute that is missing from a curve deceives nobody.
 *
 * @throws ConflictError when `version` is no longer the stored one.
 */
export async function commit(
  table: Table,
  assessment: Assessment,
  version: number,
  now: Date,
): Promise<void> {
  const { snapshot, state, changes } = assessment;
  const pk = partitionOf(snapshot.installation);
  const put = (Item: Record<string, unknown>) => ({ Put: { TableName: table.name, Item } });
  try {
    await table.client.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Put: {
              TableName: table.name,
              Item: {
                pk,
                sk: STATE_KEY,
                version: version + 1,
                assessed_at: now.toISOString(),
                body: pack(state),
              },
              ConditionExpression: 'attribute_not_exists(pk) OR #version = :version',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':version': version },
            },
          },
          put(snapshotItem(snapshot)),
          ...changes.map((change) => put(incidentItem(change, now))),
        ],
      }),
    );
  } catch (cause) {
    const conflict =
      cause instanceof TransactionCanceledException &&
      cause.CancellationReasons?.some(
        (r) => r.Code === 'ConditionalCheckFailed' || r.Code === 'TransactionConflict',
      );
    if (conflict) throw new ConflictError('another assessment was written meanwhile', { cause });
    throw cause;
  }
  await table.client.send(new PutCommand({ TableName: table.name, Item: historyItem(snapshot, now) }));
}
