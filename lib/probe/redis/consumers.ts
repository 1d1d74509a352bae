import type { Redis } from 'ioredis';
import { CONSUMER_SERVICES, type ConsumerService } from '../../catalogue/prefect/services.ts';
import type { RedisTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';
import { isClusterNode } from './cluster.ts';
import { mayHoldDocket, NOT_FOR_DOCKET } from './docket.ts';
import { type Command, fieldsOf, listOf, numberOf, repliesTo, serverSeconds } from './replies.ts';
import { type Group, lagOf, oldestPendingOf, oldestPendingSeconds } from './stream-groups.ts';

const STREAMS = [...new Set(CONSUMER_SERVICES.map((s) => s.stream))];
const DEAD_LETTERS = 'dlq';
const WAITING = 'triggers:waitlist';

const STREAM_COMMANDS = (stream: string): readonly Command[] => [
  ['XLEN', stream],
  ['XINFO', 'GROUPS', stream],
];
const GROUP_COMMANDS = (stream: string, group: string): readonly Command[] => [
  oldestPendingOf(stream, group),
  ['XINFO', 'CONSUMERS', stream, group],
];
/** Prefect never removes the consumer of a process that is gone; a list longer than this is not asked for. */
const CONSUMERS_MAX = 2000;

const NO_STREAM: Unknown = { reason: 'missing', detail: 'this Redis holds no such stream' };
const NO_GROUP: Unknown = { reason: 'missing', detail: 'the stream has no such consumer group' };
const NO_CONSUMER: Unknown = {
  reason: 'missing',
  detail: 'no consumer of the group ever asked for messages',
};
const TOO_MANY: Unknown = { reason: 'failed', detail: 'the group has too many consumers to list them' };

/** prefect-redis refuses the address of a cluster when it starts. */
const NOT_IN_CLUSTER: Unknown = {
  reason: 'not-configured',
  detail: 'Prefect does not send messages over a Redis Cluster',
};

const OF_GROUP = ['lag', 'pending', 'oldest_pending_seconds', 'idle_seconds'] as const;
const SIGNALS = [
  'redis.stream.length',
  ...['present', ...OF_GROUP].map((name) => `redis.consumer.${name}`),
  'redis.dead_letters',
  'redis.triggers.waiting',
];

interface Stream {
  readonly length: Sample['value'];
  readonly groups: readonly Group[];
}

async function readStream(redis: Redis, stream: string): Promise<Stream> {
  const [length, groups] = await repliesTo(redis, STREAM_COMMANDS(stream));
  if (groups === null) return { length: NO_STREAM, groups: [] };
  return { length: numberOf(length), groups: listOf(groups).map(fieldsOf) };
}

async function readGroup(
  redis: Redis,
  { stream, group }: ConsumerService,
  fields: Group | undefined,
  now: number,
): Promise<readonly Sample[]> {
  const sample = (name: string, value: Sample['value']): Sample => ({
    signal: `redis.consumer.${name}`,
    value,
    labels: { group },
  });
  if (fields === undefined) return [sample('present', 0), ...OF_GROUP.map((name) => sample(name, NO_GROUP))];

  const isListed = numberOf(fields.get('consumers')) <= CONSUMERS_MAX;
  const commands = GROUP_COMMANDS(stream, group).slice(0, isListed ? undefined : 1);
  const [pending, consumers] = await repliesTo(redis, commands);
  const idles = listOf(consumers).map((consumer) => numberOf(fieldsOf(consumer).get('idle')) / 1000);
  return [
    sample('present', 1),
    sample('lag', await lagOf(redis, stream, fields)),
    sample('pending', numberOf(fields.get('pending'))),
    sample('oldest_pending_seconds', oldestPendingSeconds(pending, now)),
    sample('idle_seconds', !isListed ? TOO_MANY : idles.length === 0 ? NO_CONSUMER : Math.min(...idles)),
  ];
}

/** How far each consumer group is behind its stream and whether anybody still reads for it, and what nobody could handle. */
export const consumers: Collector<Redis, RedisTarget> = {
  name: 'consumers',
  tier: 'minute',
  signals: SIGNALS,
  cheap: 'counters of two streams and five groups; the consumers of a group are listed up to 2,000',
  async collect(redis, _abort, target) {
    if (!mayHoldDocket(target))
      return { samples: SIGNALS.map((signal) => ({ signal, value: NOT_FOR_DOCKET })) };
    if (await isClusterNode(redis))
      return { samples: SIGNALS.map((signal) => ({ signal, value: NOT_IN_CLUSTER })) };
    const now = await serverSeconds(redis);
    const streams = new Map(
      await Promise.all(STREAMS.map(async (name) => [name, await readStream(redis, name)] as const)),
    );
    const groups = await Promise.all(
      CONSUMER_SERVICES.map((service) => {
        const all = streams.get(service.stream)?.groups ?? [];
        return readGroup(
          redis,
          service,
          all.find((fields) => fields.get('name') === service.group),
          now,
        );
      }),
    );
    const [dead, waiting] = await repliesTo(redis, [
      ['SCARD', DEAD_LETTERS],
      ['ZCARD', WAITING],
    ]);
    return {
      samples: [
        ...[...streams].map(([stream, { length }]) => ({
          signal: 'redis.stream.length',
          value: length,
          labels: { stream },
        })),
        ...groups.flat(),
        { signal: 'redis.dead_letters', value: numberOf(dead) },
        { signal: 'redis.triggers.waiting', value: numberOf(waiting) },
      ],
    };
  },
};
