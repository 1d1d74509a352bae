import type { Redis } from 'ioredis';
import type { Unknown } from '../../model/unknown.ts';
import { type Command, listOf, numberOrNull, repliesTo, secondsOfEntry } from './replies.ts';

/** The oldest message a group has not confirmed. */
export const oldestPendingOf = (stream: string, group: string): Command => [
  'XPENDING',
  stream,
  group,
  '-',
  '+',
  1,
];

/** Whether anything follows what a group was given: the newest such entry. Only that there is one is looked at. */
const newestAfter = (stream: string, id: string): Command => ['XREVRANGE', stream, '+', `(${id}`, 'COUNT', 1];

const LAG_LOST: Unknown = {
  reason: 'missing',
  detail: 'this server no longer knows how many messages were not given to the group',
};

/** What XINFO GROUPS says of one group, by name. */
export type Group = ReadonlyMap<string, unknown>;

/** Servers before Redis 7 never say it, later ones not after entries were deleted. That there is none can be seen. */
export async function lagOf(redis: Redis, stream: string, group: Group): Promise<number | Unknown> {
  const lag = numberOrNull(group.get('lag'));
  if (lag !== null) return lag;
  const last = String(group.get('last-delivered-id'));
  const [newer] = await repliesTo(redis, [newestAfter(stream, last)]);
  return listOf(newer).length === 0 ? 0 : LAG_LOST;
}

/** Seconds since that oldest message was added, by the server's clock; 0 when there is none. */
export function oldestPendingSeconds(reply: unknown, now: number): number {
  const [oldest] = listOf(reply);
  return oldest === undefined ? 0 : Math.max(0, now - secondsOfEntry(listOf(oldest)[0]));
}
