import type { Redis } from 'ioredis';
import { ProbeFailure } from '../failure.ts';

/** One command with its arguments, as it goes over the wire. */
export type Command = readonly [name: string, ...args: (string | number)[]];

/** What a command says of a stream or group that is not there: an answer, and not a failure. */
const NOT_THERE = /^(ERR no such key|NOGROUP)/;

/**
 * Sends commands together and waits for all replies, null for one about what is not there.
 *
 * @throws the first other error a command met
 */
export async function repliesTo(redis: Redis, commands: readonly Command[]): Promise<readonly unknown[]> {
  const replies = await redis.pipeline(commands.map((command) => ['call', ...command])).exec();
  if (replies?.length !== commands.length)
    throw new ProbeFailure('protocol', 'not every command was answered');
  return replies.map(([error, reply]) => {
    if (error === null) return reply;
    if (NOT_THERE.test(error.message)) return null;
    throw error;
  });
}

/** The server's own clock, in seconds: what Prefect writes into Redis is compared with it and not with ours. */
export async function serverSeconds(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) + Number(microseconds) / 1e6;
}

/** A number out of a reply. @throws ProbeFailure `invalid` when it holds none. */
export function numberOf(reply: unknown): number {
  const number = typeof reply === 'string' || typeof reply === 'number' ? Number(reply) : Number.NaN;
  if (!Number.isFinite(number)) throw new ProbeFailure('invalid', 'a reply holds no number');
  return number;
}

/** A number out of a reply, null when the reply is nil. */
export const numberOrNull = (reply: unknown): number | null =>
  reply === null || reply === undefined ? null : numberOf(reply);

export const listOf = (reply: unknown): readonly unknown[] => (Array.isArray(reply) ? reply : []);

/** A reply of names and values in turn, by name. */
export function fieldsOf(reply: unknown): ReadonlyMap<string, unknown> {
  const list = listOf(reply);
  const fields = new Map<string, unknown>();
  for (let at = 0; at + 1 < list.length; at += 2) fields.set(String(list[at]), list[at + 1]);
  return fields;
}

/** The time a stream entry was added, in seconds: its id begins with it in milliseconds. */
export const secondsOfEntry = (id: unknown): number => numberOf(String(id).split('-')[0]) / 1000;
