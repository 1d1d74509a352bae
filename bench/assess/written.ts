import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { Assessment } from '../../lib/model/assessment.ts';
import { commit } from '../../lib/store/commit.ts';

const Put = v.object({ Item: v.object({ sk: v.string() }) });
const Written = v.union([
  v.object({ TransactItems: v.array(v.object({ Put })) }),
  v.pipe(
    Put,
    v.transform((put) => ({ TransactItems: [{ Put: put }] })),
  ),
]);

/** The sort keys of the items that writing an assessment puts into the table. Nothing is sent. */
export async function writtenBy(assessment: Assessment, now: Date): Promise<readonly string[]> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
  const written: string[] = [];
  client.middlewareStack.add(
    () => async (args) => {
      const { TransactItems } = v.parse(Written, args.input);
      written.push(...TransactItems.map((t) => t.Put.Item.sk));
      return { output: { $metadata: {} }, response: {} };
    },
    { step: 'initialize', name: 'keepHere', priority: 'high' },
  );
  await commit({ client, name: 'bench' }, assessment, 0, now);
  return written;
}
