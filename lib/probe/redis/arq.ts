import type { Redis } from 'ioredis';
import type { RedisTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';
import { type Command, listOf, numberOf, numberOrNull, repliesTo, serverSeconds } from './replies.ts';

/** A worker keeps this beside its queue and takes it away when it stops; that of a killed one is gone within the hour. */
const HEALTH_SUFFIX = ':health-check';

/** A queue is a sorted set of job ids by the time they are due, in milliseconds; a job leaves it when it is done. */
const commandsFor = (queue: string, nowMs: number): readonly Command[] => [
  ['EXISTS', queue],
  ['EXISTS', `${queue}${HEALTH_SUFFIX}`],
  ['ZCARD', queue],
  ['ZCOUNT', queue, '-inf', nowMs],
  ['ZRANGE', queue, 0, 0, 'WITHSCORES'],
];

const NO_QUEUES: Unknown = { reason: 'not-configured', detail: 'no ARQ queue is looked for on this Redis' };
/** An empty queue has no key, and neither has one of another name: only a worker beside it tells them apart. */
const NO_QUEUE: Unknown = {
  reason: 'missing',
  detail: 'this Redis holds neither such a queue nor a sign of a worker for it',
};

const NAMES = ['jobs', 'due', 'oldest_due_seconds'] as const;
const SIGNALS = NAMES.map((name) => `redis.arq.${name}`);

async function readQueue(redis: Redis, queue: string, now: number): Promise<readonly Sample[]> {
  const replies = await repliesTo(redis, commandsFor(queue, now * 1000));
  const [isThere, hasWorker, jobs, due, first] = replies;
  const sample = (name: (typeof NAMES)[number], value: Sample['value']): Sample => ({
    signal: `redis.arq.${name}`,
    value,
    labels: { queue },
  });
  if (numberOf(isThere) === 0 && numberOf(hasWorker) === 0)
    return NAMES.map((name) => sample(name, NO_QUEUE));
  // One flat list or one of pairs, by the version of the protocol.
  const dueMs = numberOrNull(listOf(first).flat()[1]);
  return [
    sample('jobs', numberOf(jobs)),
    sample('due', numberOf(due)),
    sample('oldest_due_seconds', dueMs === null ? 0 : Math.max(0, now - dueMs / 1000)),
  ];
}

/** The queues that the background services of Customer-Managed Prefect hand their work over in. */
export const arq: Collector<Redis, RedisTarget> = {
  name: 'ARQ queues',
  tier: 'minute',
  signals: SIGNALS,
  cheap: 'five look-ups for each queue, eight queues at most; one member of each is read',
  async collect(redis, _abort, { arqQueues = [] }) {
    if (arqQueues.length === 0) return { samples: SIGNALS.map((signal) => ({ signal, value: NO_QUEUES })) };
    const now = await serverSeconds(redis);
    const samples = await Promise.all(arqQueues.map((queue) => readQueue(redis, queue, now)));
    return { samples: samples.flat() };
  },
};
