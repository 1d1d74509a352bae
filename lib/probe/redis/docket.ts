import type { Redis } from 'ioredis';
import type { RedisTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';
import { docketPrefix, isClusterNode, ON_ANOTHER_NODE, unlessMoved } from './cluster.ts';
import {
  type Command,
  fieldsOf,
  listOf,
  numberOf,
  numberOrNull,
  repliesTo,
  secondsOfEntry,
  serverSeconds,
} from './replies.ts';

/** Docket's group on the stream of each docket. */
const GROUP = 'docket-workers';
/** A worker beats every 2 s and counts as dead after five beats it missed. */
export const HEARTBEAT_VALID_SECONDS = 10;
/** The scheduler moves due tasks on every 250 ms: what is due for longer than this is left lying. */
const OVERDUE_AFTER_SECONDS = 5;

/** `prefix` is the docket's name, or in a Redis Cluster that name as a hash tag. */
const commandsFor = (prefix: string, now: number): readonly Command[] => [
  ['EXISTS', `${prefix}:stream`, `${prefix}:queue`, `${prefix}:workers`],
  ['XLEN', `${prefix}:stream`],
  ['XINFO', 'GROUPS', `${prefix}:stream`],
  ['ZCOUNT', `${prefix}:queue`, '-inf', now - OVERDUE_AFTER_SECONDS],
  ['ZCOUNT', `${prefix}:queue`, now, '+inf'],
  ['ZCOUNT', `${prefix}:workers`, now - HEARTBEAT_VALID_SECONDS, '+inf'],
  ['ZRANGE', `${prefix}:workers`, -1, -1, 'WITHSCORES'],
];

/** The first entry after the last one any worker was given. Only its id is looked at. */
const firstUntaken = (prefix: string, lastTaken: string): Command => [
  'XRANGE',
  `${prefix}:stream`,
  `(${lastTaken}`,
  '+',
  'COUNT',
  1,
];

const NO_DOCKET: Unknown = { reason: 'missing', detail: 'this Redis holds no key of this docket' };
const NO_WORKER: Unknown = { reason: 'missing', detail: 'no worker of this docket is known' };
export const NOT_FOR_DOCKET: Unknown = {
  reason: 'not-configured',
  detail: 'this Redis has neither the role work nor streams',
};

/** Which roles mean that docket and messaging may live on a Redis. */
export const mayHoldDocket = ({ roles }: RedisTarget): boolean => roles.some((role) => role !== 'cache');

const COUNTS = ['ready', 'running', 'queued', 'overdue', 'backlog', 'oldest_ready_seconds'] as const;
const NAMES = [...COUNTS, 'workers', 'heartbeat_age_seconds'] as const;
const SIGNALS = NAMES.map((name) => `redis.docket.${name}`);

async function collectOne(
  redis: Redis,
  docket: string,
  prefix: string,
  now: number,
): Promise<readonly Sample[]> {
  const sample = (name: string, value: Sample['value']): Sample => ({
    signal: `redis.docket.${name}`,
    value,
    labels: { docket },
  });
  const replies = await unlessMoved(repliesTo(redis, commandsFor(prefix, now)));
  if (replies === null) return NAMES.map((name) => sample(name, ON_ANOTHER_NODE));
  const [exists, length, groups, overdueReply, queued, workers, newest] = replies;
  if (numberOf(exists) === 0) {
    const absent = [...COUNTS, 'heartbeat_age_seconds'].map((name) => sample(name, NO_DOCKET));
    return [...absent, sample('workers', 0)];
  }
  const group = listOf(groups)
    .map(fieldsOf)
    .find((fields) => fields.get('name') === GROUP);
  const running = numberOrNull(group?.get('pending')) ?? 0;
  const ready = Math.max(0, numberOf(length) - running);
  const overdue = numberOf(overdueReply);
  // One flat list or one of pairs, by the version of the protocol.
  const beat = numberOrNull(listOf(newest).flat()[1]);
  return [
    sample('ready', ready),
    sample('running', running),
    sample('queued', numberOf(queued)),
    sample('overdue', overdue),
    sample('backlog', ready + overdue),
    sample('oldest_ready_seconds', ready === 0 ? 0 : await oldestReady()),
    sample('workers', numberOf(workers)),
    sample('heartbeat_age_seconds', beat === null ? NO_WORKER : Math.max(0, now - beat)),
  ];

  async function oldestReady(): Promise<number> {
    const lastTaken = String(group?.get('last-delivered-id') ?? '0-0');
    const [entries] = await repliesTo(redis, [firstUntaken(prefix, lastTaken)]);
    const [first] = listOf(entries);
    return first === undefined ? 0 : Math.max(0, now - secondsOfEntry(listOf(first)[0]));
  }
}

/** What lies in each docket, and who works on it. */
export const docket: Collector<Redis, RedisTarget> = {
  name: 'docket',
  tier: 'minute',
  signals: SIGNALS,
  cheap: 'lengths and counts; one entry of a stream and one member of a set are read',
  async collect(redis, _abort, target) {
    if (!mayHoldDocket(target))
      return { samples: SIGNALS.map((signal) => ({ signal, value: NOT_FOR_DOCKET })) };
    const now = await serverSeconds(redis);
    const inCluster = await isClusterNode(redis);
    const samples = await Promise.all(
      target.docketNames.map((name) => collectOne(redis, name, docketPrefix(name, inCluster), now)),
    );
    return { samples: samples.flat() };
  },
};
