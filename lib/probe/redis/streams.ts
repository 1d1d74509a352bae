import type { Redis } from 'ioredis';
import { CONSUMER_SERVICES } from '../../catalogue/prefect/services.ts';
import type { RedisTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Collected, Collector, Sample } from '../collector.ts';
import { docketPrefix } from './cluster.ts';
import { type Command, fieldsOf, listOf, numberOf, repliesTo, serverSeconds } from './replies.ts';
import { type Group, lagOf, oldestPendingOf, oldestPendingSeconds } from './stream-groups.ts';

/** Some fifty thousand keys: an instance of streams alone has far fewer. Nothing is kept, so each round begins anew. */
const KEYS_A_SCAN = 1000;
const SCANS_MAX = 50;
const STREAMS_MAX = 100;
const GROUPS_MAX = 120;
/** Names come from outside, and there may be many of them in a report. */
const NAME_CHARACTERS_MAX = 60;

const scanFrom = (cursor: string): Command => ['SCAN', cursor, 'COUNT', KEYS_A_SCAN, 'TYPE', 'stream'];
const STREAM_COMMANDS = (stream: string): readonly Command[] => [
  ['XLEN', stream],
  ['XINFO', 'GROUPS', stream],
];
const COMMANDS_A_STREAM = 2;

const GROUP_SIGNALS = [
  'redis.streams.group_lag',
  'redis.streams.group_pending',
  'redis.streams.group_oldest_pending_seconds',
  'redis.streams.largest_lag',
];
const SIGNALS = ['redis.streams.found', 'redis.streams.length', ...GROUP_SIGNALS];

const NOT_LOOKED_FOR: Unknown = {
  reason: 'not-configured',
  detail: 'no streams are looked for on this Redis',
};
const NO_STREAM: Unknown = { reason: 'missing', detail: 'no stream was found on this Redis' };
const NO_GROUP: Unknown = { reason: 'missing', detail: 'no stream that was found has a group' };

interface Found {
  readonly names: readonly string[];
  /** Whether there may be more than were looked at. */
  readonly isPartial: boolean;
}

/** Docket's and Prefect's own streams have collectors that know what they mean. */
function isReadElsewhere(name: string, { docketNames }: RedisTarget): boolean {
  const dockets = docketNames.flatMap((docket) => [docket, docketPrefix(docket, true)]);
  return (
    CONSUMER_SERVICES.some((s) => s.stream === name) || dockets.some((docket) => name === `${docket}:stream`)
  );
}

async function findStreams(redis: Redis, target: RedisTarget): Promise<Found> {
  const names = new Set(target.streamNames ?? []);
  if (target.findStreams !== true) return { names: [...names], isPartial: false };
  let cursor = '0';
  for (let scans = 0; scans < SCANS_MAX; scans++) {
    const [reply] = await repliesTo(redis, [scanFrom(cursor)]);
    const [next, found] = listOf(reply);
    for (const name of listOf(found).map(String)) if (!isReadElsewhere(name, target)) names.add(name);
    cursor = String(next);
    if (cursor === '0' || names.size > STREAMS_MAX) break;
  }
  return { names: [...names].slice(0, STREAMS_MAX), isPartial: cursor !== '0' || names.size > STREAMS_MAX };
}

const shown = (name: string): string =>
  name.length > NAME_CHARACTERS_MAX ? `${name.slice(0, NAME_CHARACTERS_MAX - 1)}…` : name;

interface GroupOfStream {
  readonly stream: string;
  readonly group: Group;
}

const nameOf = ({ group }: GroupOfStream): string => String(group.get('name'));

async function readGroups(
  redis: Redis,
  groups: readonly GroupOfStream[],
  now: number,
): Promise<readonly Sample[]> {
  const pending = await repliesTo(
    redis,
    groups.map((g) => oldestPendingOf(g.stream, nameOf(g))),
  );
  const lags = await Promise.all(groups.map(({ stream, group }) => lagOf(redis, stream, group)));
  const known = lags.filter((lag) => typeof lag === 'number');
  const samples = groups.flatMap((g, index): readonly Sample[] => {
    const labels = { group: `${shown(g.stream)}/${shown(nameOf(g))}` };
    return [
      { signal: 'redis.streams.group_lag', value: lags[index] ?? NO_GROUP, labels },
      { signal: 'redis.streams.group_pending', value: numberOf(g.group.get('pending')), labels },
      {
        signal: 'redis.streams.group_oldest_pending_seconds',
        value: oldestPendingSeconds(pending[index], now),
        labels,
      },
    ];
  });
  const largest = known.length > 0 ? Math.max(...known) : (lags[0] ?? NO_GROUP);
  return [...samples, { signal: 'redis.streams.largest_lag', value: largest }];
}

const without = (value: Unknown, signals: readonly string[]): readonly Sample[] =>
  signals.map((signal) => ({ signal, value }));

async function readStreams(redis: Redis, target: RedisTarget): Promise<Collected> {
  const { names, isPartial } = await findStreams(redis, target);
  const now = await serverSeconds(redis);
  const replies = await repliesTo(redis, names.flatMap(STREAM_COMMANDS));
  // A stream may be gone since it was found, and one that is named may never have been there.
  const streams = names.flatMap((stream, index) => {
    const [length, groups] = replies.slice(index * COMMANDS_A_STREAM, (index + 1) * COMMANDS_A_STREAM);
    return groups === null
      ? []
      : [{ stream, length: numberOf(length), groups: listOf(groups).map(fieldsOf) }];
  });
  const groups = streams.flatMap(({ stream, groups }) => groups.map((group) => ({ stream, group })));
  return {
    samples: [
      { signal: 'redis.streams.found', value: streams.length },
      ...streams.map((s) => ({
        signal: 'redis.streams.length',
        value: s.length,
        labels: { stream: shown(s.stream) },
      })),
      ...(streams.length === 0 ? without(NO_STREAM, ['redis.streams.length']) : []),
      ...(groups.length === 0
        ? without(NO_GROUP, GROUP_SIGNALS)
        : await readGroups(redis, groups.slice(0, GROUPS_MAX), now)),
    ],
    facts: {
      streams: { found: streams.length, partial: isPartial || groups.length > GROUPS_MAX },
    },
  };
}

/** Streams of other names than Prefect's open-source server gives them, and how far each of their groups is. */
export const streams: Collector<Redis, RedisTarget> = {
  name: 'streams',
  tier: 'minute',
  signals: SIGNALS,
  cheap: 'fifty thousand keys are passed at most, and a hundred streams and their groups asked for counters',
  async collect(redis, _abort, target) {
    if (target.findStreams !== true && (target.streamNames ?? []).length === 0)
      return { samples: without(NOT_LOOKED_FOR, SIGNALS) };
    return readStreams(redis, target);
  },
};
