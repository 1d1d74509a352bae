import type { DynamoDBStreamEvent } from 'aws-lambda';
import * as v from 'valibot';
import { type IncidentChange, IncidentChangeSchema } from '../model/incident.ts';
import { type Channel, Refused } from '../publish/channel.ts';
import { isDelivered, markDelivered } from '../store/deliveries.ts';
import type { Table } from '../store/table.ts';

export interface NotifyDeps {
  readonly table: Table;
  readonly channels: readonly Channel[];
  now(): Date;
}

/** Thrown when a channel did not take a change; `cause` says why. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
}

const ChangeRecord = v.pipe(v.string(), v.parseJson(), IncidentChangeSchema);

/** The changes of incidents in a stream event, in order. Removals (a closed incident that expired) are none. */
export const changesIn = (event: DynamoDBStreamEvent): readonly IncidentChange[] =>
  event.Records.flatMap((record) => {
    const change = record.dynamodb?.NewImage?.change?.S;
    return change === undefined ? [] : [v.parse(ChangeRecord, change)];
  });

/** Why a channel is not worth trying again with a change; null while it is. */
function refusalOf(
  error: unknown,
  { at }: IncidentChange,
  { patienceSeconds }: Channel,
  now: Date,
): string | null {
  if (error instanceof Refused) return error.message;
  const seconds = (now.getTime() - Date.parse(at)) / 1000;
  if (patienceSeconds === null || seconds < patienceSeconds) return null;
  return `given up after ${patienceSeconds} s: ${error instanceof Error ? error.message : 'unknown'}`;
}

/** Sends one change. @returns what went wrong, and whether the channel refuses the change for good */
async function attempt(
  channel: Channel,
  change: IncidentChange,
  now: Date,
): Promise<{ readonly failure: DeliveryError; readonly refusal: string | null } | null> {
  try {
    await channel.send(change);
    return null;
  } catch (cause) {
    const refusal = refusalOf(cause, change, channel, now);
    const why = refusal ?? (cause instanceof Error ? cause.message : 'unknown');
    const what = `message ${change.number} of ${change.incident.id}`;
    return { failure: new DeliveryError(`${channel.name} was not told ${what}: ${why}`, { cause }), refusal };
  }
}

/**
 * Tells one channel of the changes, one after the other. What it may yet take ends its turn, for nothing may overtake
 * it; what it will not have is marked with the reason, and the next goes on.
 */
async function deliver(
  channel: Channel,
  changes: readonly IncidentChange[],
  { table, now }: NotifyDeps,
): Promise<readonly DeliveryError[]> {
  const failures: DeliveryError[] = [];
  for (const change of changes) {
    if (await isDelivered(table, change, channel.name)) continue;
    const wrong = await attempt(channel, change, now());
    if (wrong !== null) failures.push(wrong.failure);
    if (wrong !== null && wrong.refusal === null) break;
    await markDelivered(table, change, channel.name, now(), wrong?.refusal ?? undefined);
  }
  return failures;
}

/**
 * Tells people of each change by every channel; none waits for another. The mark is set after sending: a crash in
 * between sends once more, a crash before it loses nothing, and a replayed stream sends nothing twice.
 *
 * @throws AggregateError when a channel was not told something, so that the stream hands it out again and the alarm on
 *   errors hears of it; what was delivered is not delivered again
 */
export async function runNotify(event: DynamoDBStreamEvent, deps: NotifyDeps): Promise<void> {
  const changes = changesIn(event);
  const turns = await Promise.allSettled(deps.channels.map((c) => deliver(c, changes, deps)));
  const failures = turns.flatMap((t) => (t.status === 'fulfilled' ? t.value : [t.reason]));
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('; '));
}
