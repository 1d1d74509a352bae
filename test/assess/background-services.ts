import { CONSUMER_SERVICES, PERPETUAL_SERVICES } from '../../lib/catalogue/prefect/services.ts';
import type { PrefectSettings } from '../../lib/catalogue/prefect/settings.ts';
import type { Facts } from '../../lib/model/report.ts';
import type { Values } from './builders.ts';

const OFF = ['schedule_vacuum_tasks', 'schedule_orphan_vacuum_tasks'];

/** What a server of the newest release says of itself, all of it at its defaults, over Redis. */
export const SETTINGS = {
  docket: { backend: 'redis', name: 'prefect-server' },
  messaging: 'redis',
  perpetual: Object.fromEntries(
    PERPETUAL_SERVICES.map(({ name, intervalSeconds }) => [
      name,
      { enabled: !OFF.includes(name), interval_seconds: intervalSeconds },
    ]),
  ),
  consumers: Object.fromEntries(CONSUMER_SERVICES.map(({ group, isOnByDefault }) => [group, isOnByDefault])),
  events_retention_seconds: 604_800,
  pool: { size: 5, max_overflow: 10, timeout_seconds: 30 },
} satisfies PrefectSettings;

/** The facts of a probe of Prefect. */
export const factsOf = (settings: PrefectSettings = SETTINGS, version = '3.8.8'): Facts => ({
  settings,
  version,
});

export const EXPECTED = PERPETUAL_SERVICES.filter((s) => !OFF.includes(s.name));
const GROUPS = CONSUMER_SERVICES.filter((s) => s.isOnByDefault).map((s) => s.group);

const each = <V>(names: readonly string[], value: (name: string) => V) =>
  Object.fromEntries(names.map((name) => [name, value(name)]));
const NAMES = EXPECTED.map((s) => s.name);
const intervalOf = (name: string) => EXPECTED.find((s) => s.name === name)?.intervalSeconds ?? 0;

/** What a Redis says whose two dockets and consumers are all well: half an interval after every last start. */
export const ALL_WELL: Values = {
  'redis.docket.ready': { prefect: 0, 'prefect-server': 0 },
  'redis.docket.running': { prefect: 1, 'prefect-server': 0 },
  'redis.docket.queued': { prefect: 12, 'prefect-server': 0 },
  'redis.docket.overdue': { prefect: 0, 'prefect-server': 0 },
  'redis.docket.backlog': { prefect: 0, 'prefect-server': 0 },
  'redis.docket.oldest_ready_seconds': { prefect: 0, 'prefect-server': 0 },
  'redis.docket.workers': { prefect: 1, 'prefect-server': 1 },
  'redis.docket.heartbeat_age_seconds': { prefect: 1, 'prefect-server': 1 },
  'redis.perpetual.last_start_age_seconds': each(NAMES, (name) => intervalOf(name) / 2),
  'redis.perpetual.next_due_seconds': each(NAMES, (name) => intervalOf(name) / 2),
  'redis.perpetual.running_seconds': each(NAMES, () => 0),
  'redis.perpetual.workers': each(NAMES, () => 1),
  'redis.perpetual.generation': each(NAMES, () => 100),
  'redis.stream.length': { events: 10, actions: 0 },
  'redis.consumer.present': each(GROUPS, () => 1),
  'redis.consumer.lag': each(GROUPS, () => 0),
  'redis.consumer.pending': each(GROUPS, () => 0),
  'redis.consumer.oldest_pending_seconds': each(GROUPS, () => 0),
  'redis.consumer.idle_seconds': each(GROUPS, () => 0.5),
  'redis.dead_letters': 0,
  'redis.triggers.waiting': 0,
};

/** The same, but one label of one signal. */
export function but(signal: string, label: string, value: number | 'missing'): Values {
  const all = ALL_WELL[signal];
  return { [signal]: { ...(typeof all === 'object' ? all : {}), [label]: value } };
}

/** A service as no docket knows it. */
export const unheardOf = (name: string): Values =>
  Object.assign(
    {},
    ...['last_start_age_seconds', 'next_due_seconds', 'running_seconds', 'workers', 'generation'].map(
      (signal) => but(`redis.perpetual.${signal}`, name, 'missing'),
    ),
  );

/** A Redis that holds nothing of Prefect at all. */
export const NOTHING_THERE: Values = {
  ...Object.fromEntries(
    ['ready', 'running', 'queued', 'overdue', 'backlog', 'oldest_ready_seconds', 'heartbeat_age_seconds'].map(
      (name) => [`redis.docket.${name}`, { prefect: 'missing', 'prefect-server': 'missing' }],
    ),
  ),
  'redis.docket.workers': { prefect: 0, 'prefect-server': 0 },
  ...Object.fromEntries(
    ['last_start_age_seconds', 'next_due_seconds', 'running_seconds', 'workers', 'generation'].map(
      (signal) => [`redis.perpetual.${signal}`, each(NAMES, () => 'missing' as const)],
    ),
  ),
  'redis.consumer.present': each(GROUPS, () => 0),
  ...Object.fromEntries(
    ['lag', 'pending', 'oldest_pending_seconds', 'idle_seconds'].map((signal) => [
      `redis.consumer.${signal}`,
      each(GROUPS, () => 'missing' as const),
    ]),
  ),
  'redis.stream.length': { events: 'missing', actions: 'missing' },
};
