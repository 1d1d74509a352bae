import type { Redis } from 'ioredis';
import * as v from 'valibot';
import { LISTEN_SECONDS } from '../../config/redis.ts';
import type { RedisTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';
import { sampleOf } from '../logs/redact.ts';
import { mayHoldDocket, NOT_FOR_DOCKET } from './docket.ts';
import { serverSeconds } from './replies.ts';
import { readTasks, secondsIn, type Task } from './tasks.ts';

/** On this channel docket tells every change of one task's state. It keeps nothing of how a run went. */
const channelOf = ({ prefix, service }: Task): string => `${prefix}:state:${service}`;

/** What is due for longer than this nobody may ever start: it is not waited for. */
const OVERDUE_SECONDS = 1;

const MessageSchema = v.object({
  state: v.string(),
  started_at: v.optional(v.string()),
  completed_at: v.optional(v.string()),
  error: v.optional(v.string()),
});
type Message = v.InferOutput<typeof MessageSchema>;

const NOBODY_LISTENED: Unknown = {
  reason: 'not-configured',
  detail: '`listenSeconds` is 0: nobody waits for the end of a run',
};
const NONE_ENDED: Unknown = { reason: 'no-traffic', detail: 'no run ended while it was listened for one' };

const SIGNALS = ['redis.perpetual.duration_ms', 'redis.perpetual.raised'] as const;

/** One run, heard from its beginning to its end. */
interface Run {
  readonly service: string;
  readonly milliseconds: number;
  /** What it raised; null when nothing. */
  readonly error: string | null;
}

/** Anybody may publish on a channel: what is no message of docket's is passed over. */
function messageIn(text: string): Message | null {
  try {
    const result = v.safeParse(MessageSchema, JSON.parse(text));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}

/** Who is about to end a run: under way, or due in time with a worker that can run it. */
const awaitedOf = (tasks: readonly Task[], now: number, seconds: number): readonly Task[] =>
  tasks.filter(({ isRunning, due, workers }) => {
    const isDue = due !== null && due - now > -OVERDUE_SECONDS && due - now < seconds;
    return workers > 0 && (isRunning || isDue);
  });

/** Listens until each of these tasks has ended a run, and no longer than so many seconds. */
async function hear(
  ear: Redis,
  awaited: readonly Task[],
  seconds: number,
  abort: AbortSignal,
): Promise<readonly Run[]> {
  const tasks = new Map(awaited.map((task) => [channelOf(task), task]));
  const starts = new Map(awaited.map((task) => [task.service, task.isRunning ? task.startedAt : null]));
  const runs = new Map<string, Run>();
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  ear.on('message', (channel, text) => {
    const service = tasks.get(channel)?.service;
    const message = messageIn(text);
    if (service === undefined || message === null) return;
    if (message.state === 'running') starts.set(service, secondsIn(message.started_at));
    if (message.state !== 'completed' && message.state !== 'failed') return;
    const [start, end] = [starts.get(service) ?? null, secondsIn(message.completed_at)];
    if (start === null || end === null || end < start) return;
    const error = message.state === 'failed' ? sampleOf(message.error ?? '') : null;
    runs.set(service, { service, milliseconds: 1000 * (end - start), error });
    if (runs.size === starts.size) resolve();
  });
  ear.on('end', () => resolve());
  abort.addEventListener('abort', () => resolve(), { once: true });
  const timer = setTimeout(resolve, 1000 * seconds);
  try {
    await ear.subscribe(...tasks.keys());
    await enough;
  } finally {
    clearTimeout(timer);
  }
  return [...runs.values()];
}

/** Over a connection of its own: one that listens takes no other command. */
async function listen(
  redis: Redis,
  awaited: readonly Task[],
  seconds: number,
  abort: AbortSignal,
): Promise<readonly Run[]> {
  const ear = redis.duplicate();
  // What breaks the connection is what connect() or subscribe() throws, or its end, which is waited for.
  ear.on('error', () => {});
  try {
    await ear.connect();
    return await hear(ear, awaited, seconds, abort);
  } finally {
    ear.disconnect();
  }
}

const samplesOf = (runs: readonly Run[]): readonly Sample[] =>
  runs.flatMap(({ service, milliseconds, error }) => [
    { signal: SIGNALS[0], value: milliseconds, labels: { service } },
    { signal: SIGNALS[1], value: Number(error !== null), labels: { service } },
  ]);

/**
 * How long runs of periodic services take, and whether they raise. Docket publishes the beginning and the end of each
 * and keeps neither, so it is told of those alone that end while this listens: over some minutes, of most.
 */
export const runEnds: Collector<Redis, RedisTarget> = {
  name: 'ends of runs',
  tier: 'minute',
  signals: SIGNALS,
  cheap:
    'the look-ups of the periodic services; then a few channels, for a moment, where a run is about to end',
  async collect(redis, abort, target) {
    const all = (value: Unknown) => ({ samples: SIGNALS.map((signal) => ({ signal, value })) });
    if (!mayHoldDocket(target)) return all(NOT_FOR_DOCKET);
    const { listenSeconds = LISTEN_SECONDS } = target;
    if (listenSeconds === 0) return all(NOBODY_LISTENED);
    const now = await serverSeconds(redis);
    const { tasks } = await readTasks(redis, target, now);
    const awaited = awaitedOf(tasks, now, listenSeconds);
    const runs = awaited.length === 0 ? [] : await listen(redis, awaited, listenSeconds, abort);
    if (runs.length === 0) return all(NONE_ENDED);
    const raised = runs.flatMap(({ service, error }) => (error === null ? [] : [[service, error]]));
    return { samples: samplesOf(runs), facts: { service_errors: Object.fromEntries(raised) } };
  },
};
