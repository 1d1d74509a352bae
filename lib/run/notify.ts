import type { DynamoDBStreamEvent } from 'aws-lambda';
import * as v from 'valibot';
import { type IncidentChange, IncidentChangeSchema } from '../model/incident.ts';
import { isDelivered, markDelivered } from '../store/deliveries.ts';
import type { Table } from '../store/table.ts';

export interface NotifyDeps {
  readonly table: Table;
  send(change: IncidentChange): Promise<void>;
  now(): Date;
}

const ChangeRecord = v.pipe(v.string(), v.parseJson(), IncidentChangeSchema);

/** The changes of incidents in a stream event, in order. Removals (a closed incident that expired) are none. */
export const changesIn = (event: DynamoDBStreamEvent): readonly IncidentChange[] =>
  event.Records.flatMap((record) => {
    const change = record.dynamodb?.NewImage?.change?.S;
    return change === undefined ? [] : [v.parse(ChangeRecord, change)];
  });

/**
 * Tells people of each change, one after the other. The mark is set after sending: a crash in between sends once
 * more, a crash before it loses nothing, and a replayed stream sends nothing twice.
 */
export async function runNotify(event: DynamoDBStreamEvent, deps: NotifyDeps): Promise<void> {
  for (const change of changesIn(event)) {
    if (await isDelivered(deps.table, change)) continue;
    await deps.send(change);
    await markDelivered(deps.table, change, deps.now());
  }
}
