import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { Assessment, AssessState } from '../assess/contract.ts';
import { type Snapshot, SnapshotSchema } from '../model/snapshot.ts';
import { pack, unpack } from './document.ts';
import { historyItem } from './history.ts';
import { incidentItem } from './incidents.ts';
import { partitionOf, SNAPSHOT_KEY, STATE_KEY } from './keys.ts';
import type { Table } from './table.ts';

/** Thrown when another assessment was written since this one's state was read: read again and assess again. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

/** The state of the last assessment and the number it must be replaced under; 0 before the first. */
export interface StoredState {
  readonly state: AssessState | null;
  readonly version: number;
}

async function read(table: Table, installation: string, sk: string) {
  const { Item } = await table.client.send(
    new GetCommand({
      TableName: table.name,
      Key: { pk: partitionOf(installation), sk },
      ConsistentRead: true,
    }),
  );
  return Item;
}

/** @returns null before the first assessment of the installation. */
export async function readSnapshot(table: Table, installation: string): Promise<Snapshot | null> {
  const item = await read(table, installation, SNAPSHOT_KEY);
  return item === undefined ? null : unpack(SnapshotSchema, item.body);
}

/** Only assess writes the state, and it checks what it writes by its types: reading it back checks that it is one. */
const StateSchema = v.pipe(
  v.looseObject({
    digested: v.looseObject({}),
    expectedSince: v.looseObject({}),
    holding: v.looseObject({}),
    incidents: v.array(v.unknown()),
  }),
  v.transform((state) => state as unknown as AssessState),
);

export async function readState(table: Table, installation: string): Promise<StoredState> {
  const item = await read(table, installation, STATE_KEY);
  return item === undefined
    ? { state: null, version: 0 }
    : { state: unpack(StateSchema, item.body), version: v.parse(v.number(), item.version) };
}

/**
 * Writes an assessment in one transaction: state, snapshot, this minute's history and every incident that changed.
 * Either all of it stands, and the stream tells people of each change, or none of it.
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
              Item: { pk, sk: STATE_KEY, version: version + 1, body: pack(state) },
              ConditionExpression: 'attribute_not_exists(pk) OR #version = :version',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':version': version },
            },
          },
          put({ pk, sk: SNAPSHOT_KEY, observed_at: snapshot.observed_at, body: pack(snapshot) }),
          put(historyItem(snapshot, now)),
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
}
