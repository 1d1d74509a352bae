import type { Redis } from 'ioredis';
import { PERPETUAL_SERVICES } from '../../catalogue/prefect/services.ts';
import type { RedisTarget } from '../../config/targets.ts';
import type { Unknown } from '../../model/unknown.ts';
import type { Collector, Sample } from '../collector.ts';
import { ON_ANOTHER_NODE } from './cluster.ts';
import { mayHoldDocket, NOT_FOR_DOCKET } from './docket.ts';
import { serverSeconds } from './replies.ts';
import { readTasks, type Task } from './tasks.ts';

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

/** Two dockets may know a service, as after a move from one process to two: the one that began it last counts. */
const liveliest = (tasks: readonly Task[]): Task | undefined =>
  tasks.toSorted((a, b) => (b.startedAt ?? b.due ?? 0) - (a.startedAt ?? a.due ?? 0))[0];

const unknownOf = (service: string, value: Unknown): readonly Sample[] =>
  SIGNALS.map((signal) => ({ signal, value, labels: { service } }));

function samplesOf(task: Task, now: number): readonly Sample[] {
  const { service, isRunning, due, startedAt, generation, workers } = task;
  const labels = { service };
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
    const { tasks, isOneElsewhere } = await readTasks(redis, target, now);
    const absent = isOneElsewhere ? ON_ANOTHER_NODE : NO_KEY;
    const samples = PERPETUAL_SERVICES.flatMap(({ name }) => {
      const task = liveliest(tasks.filter((t) => t.service === name));
      return task === undefined ? unknownOf(name, absent) : samplesOf(task, now);
    });
    return { samples };
  },
};
