import type { Redis } from 'ioredis';
import { PERPETUAL_SERVICES } from '../../catalogue/prefect/services.ts';
import type { RedisTarget } from '../../config/targets.ts';
import { docketPrefix, isClusterNode, unlessMoved } from './cluster.ts';
import { HEARTBEAT_VALID_SECONDS } from './docket.ts';
import { type Command, listOf, numberOf, numberOrNull, repliesTo } from './replies.ts';

/** A task's hash holds its pickled arguments too: only these fields are asked for. */
const FIELDS = ['state', 'when', 'started_at', 'generation'] as const;

const commandsFor = (prefix: string, service: string, now: number): readonly Command[] => [
  ['ZSCORE', `${prefix}:queue`, service],
  ['HMGET', `${prefix}:runs:${service}`, ...FIELDS],
  ['ZCOUNT', `${prefix}:task-workers:${service}`, now - HEARTBEAT_VALID_SECONDS, '+inf'],
];
const COMMANDS_A_SERVICE = 3;

/** One periodic service as one docket knows it; times are in seconds of the server's clock. */
export interface Task {
  readonly service: string;
  /** What the docket's keys begin with. */
  readonly prefix: string;
  readonly isRunning: boolean;
  readonly due: number | null;
  readonly startedAt: number | null;
  readonly generation: number | null;
  readonly workers: number;
}

/** The periodic services of every docket here, and whether another node would have to be asked for a docket. */
export interface Tasks {
  readonly tasks: readonly Task[];
  readonly isOneElsewhere: boolean;
}

/** A docket that is not there is not asked for each service: every look-up in vain counts as a miss of the server's. */
async function docketsOn(redis: Redis, prefixes: readonly string[]) {
  const replies = await Promise.all(
    prefixes.map((prefix) =>
      unlessMoved(repliesTo(redis, [['EXISTS', `${prefix}:queue`, `${prefix}:stream`]])),
    ),
  );
  return {
    present: prefixes.filter((_, index) => {
      const reply = replies[index] ?? null;
      return reply !== null && numberOf(reply[0]) > 0;
    }),
    isOneElsewhere: replies.includes(null),
  };
}

/** A time as docket writes it into hashes and messages, in seconds. */
export function secondsIn(text: unknown): number | null {
  const milliseconds = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}

/** Null when the docket knows nothing of the service. */
function taskOf(service: string, prefix: string, replies: readonly unknown[]): Task | null {
  const [score, hash, workers] = replies;
  const [state, when, startedAt, generation] = listOf(hash);
  if (score === null && state === null) return null;
  return {
    service,
    prefix,
    isRunning: state === 'running',
    // While it is ready or running it stands in no queue, and its hash says when it was due.
    due: numberOrNull(score) ?? numberOrNull(when),
    startedAt: secondsIn(startedAt),
    generation: numberOrNull(generation),
    workers: numberOf(workers),
  };
}

/** What every docket of a target says of each periodic service. `now` is the server's clock. */
export async function readTasks(redis: Redis, { docketNames }: RedisTarget, now: number): Promise<Tasks> {
  const inCluster = await isClusterNode(redis);
  const prefixes = docketNames.map((name) => docketPrefix(name, inCluster));
  const { present, isOneElsewhere } = await docketsOn(redis, prefixes);
  const asked = PERPETUAL_SERVICES.flatMap(({ name }) => present.map((prefix) => ({ name, prefix })));
  const replies = await repliesTo(
    redis,
    asked.flatMap(({ name, prefix }) => commandsFor(prefix, name, now)),
  );
  const tasks = asked.flatMap(({ name, prefix }, index) => {
    const own = replies.slice(index * COMMANDS_A_SERVICE, (index + 1) * COMMANDS_A_SERVICE);
    return taskOf(name, prefix, own) ?? [];
  });
  return { tasks, isOneElsewhere };
}
