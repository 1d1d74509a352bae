import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { PutCommand, type PutCommandInput, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Assessment, AssessState } from '../model/assessment.ts';
import type { IncidentChange } from '../model/incident.ts';
import { pack } from './document.ts';
import { historyItem } from './history.ts';
import { incidentItem } from './incidents.ts';
import { partitionOf, STATE_KEY } from './keys.ts';
import { snapshotItem } from './snapshot-item.ts';
import type { Table } from './table.ts';

/** Thrown when another assessment was written since this one's state was read: read again and assess again. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

const isConflict = (error: unknown): boolean =>
  error instanceof ConditionalCheckFailedException ||
  (error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some(
      ({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict',
    ));

/** The put of a state over the one of `version`, and over no other. */
function putOfState(
  table: Table,
  installation: string,
  state: AssessState,
  { version, now }: { readonly version: number; readonly now: Date },
): PutCommandInput {
  return {
    TableName: table.name,
    Item: {
      pk: partitionOf(installation),
      sk: STATE_KEY,
      version: version + 1,
      assessed_at: now.toISOString(),
      body: pack(state),
    },
    ConditionExpression: 'attribute_not_exists(pk) OR #version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': version },
  };
}

/** One put, or with changes a transaction: that costs double. */
async function write(table: Table, put: PutCommandInput, changes: readonly IncidentChange[], now: Date) {
  if (changes.length === 0) {
    await table.client.send(new PutCommand(put));
    return;
  }
  const told = changes.map((change) => ({ TableName: table.name, Item: incidentItem(change, now) }));
  const TransactItems = [put, ...told].map((Put) => ({ Put }));
  await table.client.send(new TransactWriteCommand({ TransactItems }));
}

/** A snapshot takes the place of an older one only: the assessment after this one may have been quicker to write. */
async function putSnapshot(table: Table, Item: Record<string, unknown>): Promise<void> {
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item,
        ConditionExpression: 'attribute_not_exists(pk) OR observed_at <= :observed_at',
        ExpressionAttributeValues: { ':observed_at': Item.observed_at },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/**
 * Writes an assessment. Its state and every incident that changed stand together or not at all, so that the stream tells
 * people of each change once. Then follow the snapshot and this minute's history, which come from that state and are made
 * anew with the next one: a run that ends in between leaves a page that is a minute old and says so.
 *
 * @throws ConflictError when `version` is no longer the stored one.
 */
export async function commit(
  table: Table,
  { snapshot, state, changes }: Assessment,
  version: number,
  now: Date,
): Promise<void> {
  // Made before anything is written: one that does not fit an item leaves all as it was.
  const [shown, past] = [snapshotItem(snapshot), historyItem(snapshot, now)];
  try {
    await write(table, putOfState(table, snapshot.installation, state, { version, now }), changes, now);
  } catch (cause) {
    if (!isConflict(cause)) throw cause;
    throw new ConflictError('another assessment was written meanwhile', { cause });
  }
  await Promise.all([
    putSnapshot(table, shown),
    table.client.send(new PutCommand({ TableName: table.name, Item: past })),
  ]);
}
