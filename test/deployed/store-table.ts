import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../lib/store/table.ts';
import type { Cloud } from '../../local/parts/ministack.ts';
import { clientOptions } from '../../local/remote.ts';
import { healthy, installation } from '../assess/builders.ts';

/** An empty table with the keys of the stack's, for one file of tests. */
export async function createTable(cloud: Cloud, purpose: string): Promise<Table> {
  const dynamodb = new DynamoDBClient(clientOptions(cloud));
  const name = `${purpose}-${Date.now()}`;
  await dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  return { client: DynamoDBDocumentClient.from(dynamodb), name };
}

/** Each test keeps to an installation of its own. */
export const named = (name: string) => installation({ name });

export const reportOf = (name: string, seconds: number, up = 1) =>
  healthy('redis/streams', { 'redis.up': up }, { installation: name, at: seconds });
