import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';

const Item = v.looseObject({ sk: v.string() });
type Item = v.InferOutput<typeof Item>;
const Put = v.object({ Item });
const Asked = v.union([
  v.pipe(
    v.object({ TransactItems: v.array(v.object({ Put })) }),
    v.transform(({ TransactItems }) => TransactItems.map((t) => t.Put.Item)),
  ),
  v.pipe(
    Put,
    v.transform((put) => [put.Item]),
  ),
]);
const Answered = v.union([
  v.pipe(
    v.object({ Items: v.array(Item) }),
    v.transform(({ Items }) => Items),
  ),
  v.pipe(
    v.object({ Item }),
    v.transform((got) => [got.Item]),
  ),
]);

/** One item on its way, and how large it is. */
export interface Carried {
  readonly sk: string;
  readonly bytes: number;
}

const bytesOf = (value: unknown): number =>
  value instanceof Uint8Array ? value.byteLength : Buffer.byteLength(String(value));
const carried = (item: Item): Carried => ({
  sk: item.sk,
  bytes: Object.entries(item).reduce((sum, [name, value]) => sum + name.length + bytesOf(value), 0),
});

/** Keeps what a client reads from a table and writes to it from now on. */
export function trafficOf(client: DynamoDBDocumentClient) {
  const read: Carried[] = [];
  const written: Carried[] = [];
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const [asked, answered] = [v.safeParse(Asked, args.input), v.safeParse(Answered, result.output)];
      if (asked.success) written.push(...asked.output.map(carried));
      if (answered.success) read.push(...answered.output.map(carried));
      return result;
    },
    { step: 'initialize', name: 'keepTraffic', priority: 'high' },
  );
  return { read, written };
}
