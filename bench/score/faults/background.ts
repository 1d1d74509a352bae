import { PERPETUAL_SERVICES } from '../../../lib/catalogue/prefect/services.ts';
import { ages, type Fault, more, shows, showsIn } from '../fault.ts';
import { withSettings } from '../shapes/recorded.ts';
import { NO_DOCKET, NO_SERVICES, withoutService } from './emptied.ts';
import { LOGS, PREFECT, REDIS } from './places.ts';

/** That something is missing follows from what Prefect says it runs. */
const EXPECTED_BY_PREFECT = { asks: [PREFECT] };

const NO_WORKER = {
  'redis.docket.workers': { prefect: 0, 'prefect-server': 0 },
  'redis.docket.heartbeat_age_seconds': { prefect: ages(60), 'prefect-server': ages(60) },
};

/** Those of them that begin within a minute begin no more. */
const FREQUENT = PERPETUAL_SERVICES.filter((s) => s.intervalSeconds < 60).map((s) => s.name);
const beginNoMore = (minutes: number, healthy: number) => healthy + 60 * (minutes + 1);

const OF_DOCKET: readonly Fault[] = [
  shows('the worker of a docket is dead', `docket-no-live-worker@${REDIS}`, {
    'redis.docket.workers': { prefect: 0 },
    'redis.docket.heartbeat_age_seconds': { prefect: ages(60) },
  }),
  shows('tasks pile up in a docket', `docket-backlog-growing@${REDIS}`, {
    'redis.docket.backlog': { 'prefect-server': (minutes) => 200 + 60 * minutes },
  }),
  showsIn(
    'the server is restarted with its docket in memory',
    `docket-in-memory@${PREFECT}`,
    [
      {
        values: { 'prefect.docket.in_memory': 1 },
        facts: withSettings({ docket: { backend: 'memory', name: 'prefect-server' } }),
      },
      {
        target: REDIS,
        values: {
          ...NO_WORKER,
          'redis.perpetual.last_start_age_seconds': Object.fromEntries(
            FREQUENT.map((name) => [name, beginNoMore]),
          ),
        },
      },
    ],
    // What it left in Redis lies there: tasks that nobody takes, services that begin no more.
    {
      brings: [
        `docket-no-live-worker@${REDIS}`,
        `perpetual-behind@${REDIS}`,
        `perpetual-stopped@${REDIS}`,
        `mark-late-overrun@${LOGS}`,
      ],
    },
  ),
  shows(
    'the docket is moved to another Redis',
    `docket-not-watched@${REDIS}`,
    { ...NO_DOCKET, ...NO_SERVICES },
    {},
    EXPECTED_BY_PREFECT,
  ),
];

const OF_SERVICES: readonly Fault[] = [
  shows(
    'a periodic service stopped',
    `perpetual-stopped@${REDIS}`,
    { 'redis.perpetual.last_start_age_seconds': { monitor_late_runs: ages(90) } },
    {},
    { brings: [`mark-late-overrun@${LOGS}`] },
  ),
  shows('runs of a periodic service fail', `perpetual-raising@${REDIS}`, {
    'redis.perpetual.raised': { monitor_late_runs: 1 },
    'redis.perpetual.duration_ms': { monitor_late_runs: 10_014 },
  }),
  shows('a periodic service is late', `perpetual-behind@${REDIS}`, {
    'redis.perpetual.last_start_age_seconds': { monitor_worker_health: 50 },
  }),
  shows(
    'a periodic service is in no docket',
    `perpetual-missing@${REDIS}`,
    withoutService('monitor_worker_health'),
    {},
    EXPECTED_BY_PREFECT,
  ),
  shows('a consumer asks no more', `consumer-silent@${REDIS}`, {
    'redis.consumer.idle_seconds': { 'event-persister': ages(90) },
    'redis.consumer.lag': { 'event-persister': 40 },
  }),
  shows('a consumer falls behind', `consumer-lagging@${REDIS}`, {
    'redis.consumer.lag': { 'task-run-recorder': (minutes) => 1500 + 300 * minutes },
  }),
  shows(
    'a consumer was never started',
    `consumer-missing@${REDIS}`,
    { 'redis.consumer.present': { 'task-run-recorder': 0 } },
    {},
    EXPECTED_BY_PREFECT,
  ),
  shows('messages become dead letters', `dead-letters-growing@${REDIS}`, { 'redis.dead_letters': more(3) }),
];

/** What goes wrong with the work that waits in Redis, and with those who take it. */
export const OF_BACKGROUND: readonly Fault[] = [...OF_DOCKET, ...OF_SERVICES];
