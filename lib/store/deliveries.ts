import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { IncidentChange } from '../model/incident.ts';
import { deliveryKey, expiresAt, partitionOf } from './keys.ts';
import type { Table } from './table.ts';

/** Longer than a stream keeps its records (a day): a replay of any of them finds its mark. */
const KEPT_SECONDS = 7 * 24 * 3600;

const keyOf = ({ incident, number }: IncidentChange) => ({
  pk: partitionOf(incident.installation),
  sk: deliveryKey(incident.id, number),
});

export async function isDelivered(table: Table, change: IncidentChange): Promise<boolean> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: keyOf(change), ConsistentRead: true }),
  );
  return Item !== undefined;
}

export async function markDelivered(table: Table, change: IncidentChange, now: Date): Promise<void> {
  const Item = {
    ...keyOf(change),
    delivered_at: now.toISOString(),
    expires_at: expiresAt(now, KEPT_SECONDS),
  };
  await table.client.send(new PutCommand({ TableName: table.name, Item }));
}
