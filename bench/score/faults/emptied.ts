/*
 * What a Redis says of what is no longer in it.
 */

export const NO_DOCKET = {
  'redis.docket.ready': 'missing',
  'redis.docket.running': 'missing',
  'redis.docket.queued': 'missing',
  'redis.docket.overdue': 'missing',
  'redis.docket.backlog': 'missing',
  'redis.docket.oldest_ready_seconds': 'missing',
  'redis.docket.heartbeat_age_seconds': 'missing',
  'redis.docket.workers': { prefect: 0, 'prefect-server': 0 },
} as const;

const PERPETUAL = [
  'redis.perpetual.next_due_seconds',
  'redis.perpetual.last_start_age_seconds',
  'redis.perpetual.running_seconds',
  'redis.perpetual.workers',
  'redis.perpetual.generation',
];

/** Of every periodic service. */
export const NO_SERVICES = Object.fromEntries(PERPETUAL.map((signal) => [signal, 'missing'] as const));

/** Of one of them. */
export const withoutService = (service: string) =>
  Object.fromEntries(PERPETUAL.map((signal) => [signal, { [service]: 'missing' }] as const));

const GROUPS = ['event-persister', 'task-run-recorder', 'reactive-triggers', 'actions'];
export const NO_CONSUMERS = {
  'redis.consumer.present': Object.fromEntries(GROUPS.map((group) => [group, 0])),
  'redis.consumer.lag': 'missing',
  'redis.consumer.pending': 'missing',
  'redis.consumer.oldest_pending_seconds': 'missing',
  'redis.consumer.newest_given_seconds': 'missing',
  'redis.consumer.idle_seconds': 'missing',
} as const;
