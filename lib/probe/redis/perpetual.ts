import type { Redis } from 'ioredis';
import { PERPETUAL_SERVICES } from '../../catalogue/prefect/services.ts';
import type { RedisTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';
import { docketPrefix, isClusterNode, ON_ANOTHER_NODE, unlessMoved } from './cluster.ts';
import { HEARTBEAT_VALID_SECONDS, mayHoldDocket, NOT_FOR_DOCKET } from './docket.ts';
import { type Command, listOf, numberOf, numberOrNull, repliesTo, serverSeconds } from './replies.ts';

/** A task's hash holds its pickled arguments too: only these fields are asked for. */
const FIELDS = ['state', 'when', 'started_at', 'generation'] as const;

const commandsFor = (prefix: string, service: string, now: number): readonly Command[] => [
  ['ZSCORE', `${prefix}:queue`, service],
  ['HMGET', `${prefix}:runs:${service}`, ...FIELDS],
  ['ZCOUNT', `${prefix}:task-workers:${service}`, now - HEARTBEAT_VALID_SECONDS, '+inf'],
];
const COMMANDS_A_SERVICE = 3;

/** Of the dockets looked for, those that are here, and whether another node would have to be asked for one. */
interface Dockets {
  readonly present: readonly string[];
  readonly isOneElsewhere: boolean;
}

/** A docket that is not there is not asked for each service: every look-up in vain counts as a miss of the server's. */
async function docketsOn(redis: Redis, prefixes: readonly string[]): Promise<Dockets> {
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

const NO_KEY: Unknown = { reason: 'missing', detail: 'no docket on this Redis knows this service' };
const NOT_STARTED: Unknown = { reason: 'missing', detail: 'docket does not say when it last began' };
const NO_GENERATION: Unknown = { reason: 'missing', detail: 'this docket does not count generations' };
const NO_DUE: Unknown = { reason: 'missing', detail: 'docket does not say when it is due' };

const NAMES = [
  'next_due_seconds',
  'last_start_age_seconds',
  'running_seconds',
  'workers',
  'generation',
] as const;
const SIGNALS = NAMES.map((name) => `redis.perpetual.${name}`);

/** One service as one docket knows it; times are in seconds of the server's clock. */
interface Task {
  readonly isRunning: boolean;
  readonly due: number | null;
  readonly startedAt: number | null;
  readonly generation: number | null;
  readonly workers: number;
}

function startOf(reply: unknown): number | null {
  const milliseconds = typeof reply === 'string' ? Date.parse(reply) : Number.NaN;
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}

/** Null when the docket knows nothing of the service. */
function taskOf([score, hash, workers]: readonly unknown[]): Task | null {
  const [state, when, startedAt, generation] = listOf(hash);
  if (score === null && state === null) return null;
  return {
    isRunning: state === 'running',
    // While it is ready or running it stands in no queue, and its hash says when it was due.
    due: numberOrNull(score) ?? numberOrNull(when),
    startedAt: startOf(startedAt),
    generation: numberOrNull(generation),
    workers: numberOf(workers),
  };
}

/** Two dockets may know a service, as after a move from one process to two: the one that began it last counts. */
const liveliest = (tasks: readonly Task[]): Task | undefined =>
  tasks.toSorted((a, b) => (b.startedAt ?? b.due ?? 0) - (a.startedAt ?? a.due ?? 0))[0];

const unknownOf = (service: string, value: Unknown): readonly Sample[] =>
  SIGNALS.map((signal) => ({ signal, value, labels: { service } }));

function samplesOf(service: string, task: Task, now: number): readonly Sample[] {
  const labels = { service };
  const { isRunning, due, startedAt, generation, workers } = task;
  const age = startedAt === null ? NOT_STARTED : Math.max(0, now - startedAt);
  const values: Readonly<Record<(typeof NAMES)[number], Sample['value']>> = {
    next_due_seconds: due === null ? NO_DUE : due - now,
    last_start_age_seconds: age,
    running_seconds: isRunning ? age : 0,
    workers,
    generation: generation ?? NO_GENERATION,
  };
  return NAMES.map((name) => ({ signal: `redis.perpetual.${name}`, value: values[name], labels }));
}

/** When each of Prefect's periodic services last began, is due again, and how often it ran: progress, not heartbeats. */
export const perpetual: Collector<Redis, RedisTarget> = {
  name: 'perpetual services',
  tier: 'minute',
  signals: SIGNALS,
  cheap: 'one pipeline of some ninety look-ups by key',
  async collect(redis, _abort, target) {
    if (!mayHoldDocket(target))
      return { samples: SIGNALS.map((signal) => ({ signal, value: NOT_FOR_DOCKET })) };
    const now = await serverSeconds(redis);
    const inCluster = await isClusterNode(redis);
    const prefixes = target.docketNames.map((name) => docketPrefix(name, inCluster));
    const { present, isOneElsewhere } = await docketsOn(redis, prefixes);
    const absent = isOneElsewhere ? ON_ANOTHER_NODE : NO_KEY;
    const asked = PERPETUAL_SERVICES.flatMap(({ name }) =>
      present.map((prefix) => ({ name, commands: commandsFor(prefix, name, now) })),
    );
    const replies = await repliesTo(
      redis,
      asked.flatMap((a) => a.commands),
    );
    const known = asked.map(({ name }, index) => ({
      name,
      task: taskOf(replies.slice(index * COMMANDS_A_SERVICE, (index + 1) * COMMANDS_A_SERVICE)),
    }));
    const samples = PERPETUAL_SERVICES.flatMap(({ name }) => {
      const tasks = known.flatMap((k) => (k.name === name && k.task !== null ? [k.task] : []));
      const task = liveliest(tasks);
      return task === undefined ? unknownOf(name, absent) : samplesOf(name, task, now);
    });
    return { samples };
  },
};
