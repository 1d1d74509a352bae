import { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { snapshotItem } from '../../lib/store/snapshot-item.ts';
import type { Table } from '../../lib/store/table.ts';

const Bytes = v.instance(Uint8Array);
const Asked = v.pipe(
  v.unknown(),
  v.transform(String),
  v.parseJson(),
  v.object({ ProjectionExpression: v.string() }),
);

/** A stored snapshot as DynamoDB's protocol has it, each attribute by its name. */
export type WireItem = Readonly<Record<string, { readonly B: string }>>;

export function wireItemOf(snapshot: Snapshot): WireItem {
  const { body, target_details } = snapshotItem(snapshot);
  const bytes = (value: unknown) => ({ B: Buffer.from(v.parse(Bytes, value)).toString('base64') });
  return { body: bytes(body), target_details: bytes(target_details) };
}

/**
 * A table whose one item is what `held` gives back. The client is the real one: it writes, signs and reads each request,
 * only that the answer is already there.
 */
export function tableHolding(held: () => WireItem): Table {
  const requestHandler = {
    handle: async (request: { readonly body?: unknown }) => {
      const asked = v.parse(Asked, request.body).ProjectionExpression.split(', ');
      const Item = Object.fromEntries(Object.entries(held()).filter(([name]) => asked.includes(name)));
      const body = Readable.from([Buffer.from(JSON.stringify({ Item }))]);
      return {
        response: { statusCode: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body },
      };
    },
  };
  const client = new DynamoDBClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    requestHandler,
  });
  return { client: DynamoDBDocumentClient.from(client), name: 'bench' };
}
