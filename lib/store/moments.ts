import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { unpack } from './document.ts';
import { type Moment, MomentSchema } from './history.ts';
import { historyKey, partitionOf } from './keys.ts';
import type { Table } from './table.ts';

const KeySchema = v.string();

/**
 * The kept moments of an installation from one time to another, both included: the first of every `stepMinutes`
 * minutes, oldest first. All items of the range are read, but only those that are given back are unpacked.
 */
export async function readMoments(
  table: Table,
  installation: string,
  { from, to, stepMinutes }: { readonly from: Date; readonly to: Date; readonly stepMinutes: number },
): Promise<readonly Moment[]> {
  const pages = paginateQuery(
    { client: table.client },
    {
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': partitionOf(installation),
        ':from': historyKey(from.toISOString()),
        ':to': historyKey(to.toISOString()),
      },
    },
  );
  const first = new Map<number, unknown>();
  for await (const page of pages) {
    for (const { sk, body } of page.Items ?? []) {
      const minute = Date.parse(`${v.parse(KeySchema, sk).slice(-'2026-11-21T08:00'.length)}Z`) / 60_000;
      const step = Math.floor(minute / stepMinutes);
      if (!first.has(step)) first.set(step, body);
    }
  }
  return [...first.values()].map((body) => unpack(MomentSchema, body));
}
