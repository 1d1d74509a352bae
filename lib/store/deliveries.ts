import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { IncidentChange } from '../model/incident.ts';
import { deliveryKey, expiresAt, partitionOf } from './keys.ts';
import type { Table } from './table.ts';

/** Longer than a stream keeps its records (a day): a replay of any of them finds its mark. */
const KEPT_SECONDS = 7 * 24 * 3600;

const Mark = v.object({ number: v.number() });

const keyOf = ({ incident }: IncidentChange, channel: string) => ({
  pk: partitionOf(incident.installation),
  sk: deliveryKey(incident.id, channel),
});

/** Whether a channel is done with a change or with a later one of its incident, after which it would mislead. */
export async function isDelivered(table: Table, change: IncidentChange, channel: string): Promise<boolean> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: keyOf(change, channel), ConsistentRead: true }),
  );
  return Item !== undefined && v.parse(Mark, Item).number >= change.number;
}

/**
 * Marks that a channel is done with an incident up to this change; one that is further stays as it is.
 *
 * @param refusal why nobody was told by this channel, when it would not have the message
 */
export async function markDelivered(
  table: Table,
  change: IncidentChange,
  channel: string,
  now: Date,
  refusal?: string,
): Promise<void> {
  const Item = {
    ...keyOf(change, channel),
    number: change.number,
    delivered_at: now.toISOString(),
    expires_at: expiresAt(now, KEPT_SECONDS),
    ...(refusal !== undefined && { refusal }),
  };
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item,
        ConditionExpression: 'attribute_not_exists(#n) OR #n < :n',
        ExpressionAttributeNames: { '#n': 'number' },
        ExpressionAttributeValues: { ':n': change.number },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
