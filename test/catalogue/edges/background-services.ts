import { EXPECTED, factsOf } from '../../assess/background-services.ts';
import {
  by,
  byLabelled,
  criticalWithout,
  type Edge,
  type FixedEdge,
  fixed,
  type Scene,
  warningWithOne,
} from './edge.ts';

const LATE_RUNS = 'monitor_late_runs';
const INTERVAL_SECONDS = 5;
const PERSISTER = 'event-persister';
const elsewhere: Scene['elsewhere'] = { 'prefect/server': { facts: factsOf() } };

/** By how many of its intervals ago a service last began. */
const byIntervals: Edge = {
  at: (intervals) => ({
    values: {
      'redis.perpetual.next_due_seconds': { [LATE_RUNS]: 0 },
      'redis.perpetual.last_start_age_seconds': { [LATE_RUNS]: INTERVAL_SECONDS * intervals },
    },
    elsewhere,
  }),
};

/** Dockets, periodic services, consumers and queues. */
export const BACKGROUND_EDGES: Readonly<Record<string, Edge | FixedEdge>> = {
  'docket-no-live-worker': criticalWithout(
    byLabelled('redis.docket.workers', 'prefect', { 'redis.docket.queued': { prefect: 3 } }),
  ),
  'docket-backlog-growing': byLabelled('redis.docket.backlog', 'prefect', {
    'redis.docket.backlog_per_minute': { prefect: 0.1 },
  }),
  'docket-in-memory': warningWithOne({
    at: (value) => ({ values: { 'prefect.docket.in_memory': value }, facts: factsOf() }),
  }),
  'docket-not-watched': fixed(
    'warning',
    0,
    1,
  )({ at: (workers) => ({ values: { 'redis.docket.workers': { prefect: workers } }, elsewhere }) }),
  'docket-password-exposed': fixed('info', 1, 0)(by('prefect.docket.password_shown')),
  'perpetual-stopped': byIntervals,
  'perpetual-behind': byIntervals,
  'perpetual-raising': warningWithOne({
    at: (raised) => ({
      values: {
        'redis.perpetual.next_due_seconds': { [LATE_RUNS]: 0 },
        'redis.perpetual.workers': { [LATE_RUNS]: 1 },
        'redis.perpetual.last_raised': { [LATE_RUNS]: raised },
      },
      elsewhere,
    }),
  }),
  'perpetual-missing': criticalWithout({
    at: (known) => ({
      values: {
        'redis.docket.workers': { prefect: 1 },
        'redis.perpetual.workers': Object.fromEntries(
          EXPECTED.map(({ name }) => [name, name === LATE_RUNS && known === 0 ? ('missing' as const) : 1]),
        ),
      },
      elsewhere,
    }),
  }),
  'consumer-silent': byLabelled('redis.consumer.idle_seconds', PERSISTER, {
    'redis.consumer.lag': { [PERSISTER]: 1 },
  }),
  'consumer-missing': criticalWithout({
    at: (present) => ({
      values: { 'redis.consumer.present': { [PERSISTER]: present, actions: 1 } },
      elsewhere,
    }),
  }),
  'consumer-lagging': byLabelled('redis.consumer.lag', PERSISTER),
  'dead-letters-growing': fixed(
    'warning',
    0.01,
    0,
  )(by('redis.dead_letters.per_minute', { 'redis.dead_letters': 3 })),
  'work-queue-growing': byLabelled('redis.arq.due', 'arq:queue', {
    'redis.arq.due_per_minute': { 'arq:queue': 0.1 },
    'redis.arq.oldest_due_seconds': { 'arq:queue': 60 },
  }),
  'stream-group-lagging': byLabelled('redis.streams.group_lag', 'events/ladler', {
    'redis.streams.group_lag_per_minute': { 'events/ladler': 0.1 },
  }),
};
