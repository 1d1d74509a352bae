import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { partitionOf } from './keys.ts';

/** The one table: everything of an installation under one partition key, so that one query reads its reports. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

export function openTable(name: string): Table {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return { client, name };
}

/** The newest of an installation's one item under this sort key, or these attributes of it; undefined without one. */
export async function readItem(
  table: Table,
  installation: string,
  sk: string,
  attributes?: readonly string[],
): Promise<Record<string, unknown> | undefined> {
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
