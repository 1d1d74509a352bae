import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { type Report, ReportSchema } from '../model/report.ts';
import { pack, unpack } from './document.ts';
import { expiresAt, partitionOf, REPORT_PREFIX, reportKey } from './keys.ts';
import type { Table } from './table.ts';

const KEPT_SECONDS = 24 * 3600;

/**
 * Keeps a report as the newest of its target and tier.
 *
 * @returns false when a newer one stands already: a late report must not turn time back.
 */
export async function putReport(table: Table, report: Report, now: Date): Promise<boolean> {
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: {
          pk: partitionOf(report.installation),
          sk: reportKey(report.target, report.tier),
          started_at: report.startedAt,
          body: pack(report),
          expires_at: expiresAt(now, KEPT_SECONDS),
        },
        ConditionExpression: 'attribute_not_exists(pk) OR started_at < :started_at',
        ExpressionAttributeValues: { ':started_at': report.startedAt },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** The newest report of every target and tier of an installation. */
export async function readReports(table: Table, installation: string): Promise<readonly Report[]> {
  const reports: Report[] = [];
  const pages = paginateQuery(
    { client: table.client },
    {
      TableName: table.name,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': partitionOf(installation), ':prefix': REPORT_PREFIX },
    },
  );
  for await (const page of pages) {
    for (const item of page.Items ?? []) reports.push(unpack(ReportSchema, item.body));
  }
  return reports;
}
