import type { Reading } from '../../../lib/model/reading.ts';
import type { Report } from '../../../lib/model/report.ts';
import { readingsOf, type Said, type Values } from '../readings.ts';
import { CLUSTER, type Description, described } from './described.ts';
import { POSTGRES_AS_RECOMMENDED, prefectAsRecommended, recorded } from './recorded.ts';
import type { Probe, Shape } from './shape.ts';
import {
  installationOf,
  KUBERNETES,
  POSTGRES,
  PREFECT,
  VENDED_OF_KUBERNETES,
  VENDED_OF_POSTGRES,
} from './whole.ts';

const GIB = 2 ** 30;
/** ElastiCache keeps a quarter of a node for itself. */
const LEFT_OF_MEMORY = 0.75;

const limitOf = (memoryGiB: number): Values => ({
  'redis.memory.limit_bytes': memoryGiB * GIB * LEFT_OF_MEMORY,
  'redis.memory.used_percent': 10,
  'redis.memory.used_bytes': 0.1 * memoryGiB * GIB * LEFT_OF_MEMORY,
});

const OF_DOCKET = ['redis.docket.', 'redis.perpetual.'];
const OF_MESSAGES = ['redis.stream.', 'redis.consumer.', 'redis.dead_letters', 'redis.triggers.'];
/** What the probe says where there is no docket and no group: nobody works there. */
const NONE: Readonly<Record<string, Said>> = { 'redis.docket.workers': 0, 'redis.consumer.present': 0 };

const isOf = (prefixes: readonly string[]) => (r: Reading) => prefixes.some((p) => r.signal.startsWith(p));

/** The one recorded Redis did everything: this is what it would say without that which another one holds here. */
const without =
  (prefixes: readonly string[], own: Values, name: string, memoryGiB: number) =>
  ({ tier, report }: Probe): Probe => {
    const target = `redis/${name}`;
    return {
      target,
      tier,
      report: (round, startedAt): Report => {
        const whole = report(round, startedAt);
        const said = { ...limitOf(memoryGiB), ...own };
        const gone = whole.readings.filter(isOf(prefixes));
        const absent = Object.fromEntries(gone.map((r) => [r.signal, NONE[r.signal] ?? 'missing']));
        const kept = whole.readings.filter((r) => !gone.includes(r) && !Object.hasOwn(said, r.signal));
        return {
          ...whole,
          target,
          readings: [
            ...kept.map((r) => ({ ...r, target })),
            ...readingsOf(target, { ...absent, ...said }, startedAt),
          ],
          facts: { ...whole.facts, minimum: { memoryGiB } },
        };
      },
    };
  };

/** Two of three thousand look-ups a minute miss. */
const cache = (replication: Values): Description => ({
  facts: { version: '7.2.4', maxmemory_policy: 'allkeys-lru', minimum: { memoryGiB: 2 } },
  at: (minute) => ({
    ...limitOf(2),
    'redis.up': 1,
    'redis.ping_ms': 0.4,
    'redis.uptime_seconds': 86_400 + 60 * minute,
    'redis.version_number': 70_204,
    'redis.keys': 5000,
    'redis.keys.loaded_at_start': 0,
    'redis.clients': 40,
    'redis.clients.used_percent': 0.4,
    'redis.keyspace.hits': 1_000_000 + 3000 * minute,
    'redis.keyspace.misses': 1000 + 2 * minute,
    'redis.cpu.seconds': 900 + minute,
    'redis.connections.rejected': 0,
    'redis.evictions': 0,
    'redis.flushes': 0,
    'redis.writes_refused': { OOM: 0, MISCONF: 0, READONLY: 0, NOREPLICAS: 0 },
    'redis.persistence.failing': 0,
    'redis.docket.workers': 'not-configured',
    'redis.docket.queued': 'not-configured',
    'redis.perpetual.workers': 'not-configured',
    'redis.consumer.present': 'not-configured',
    ...replication,
  }),
});

const MASTER = { 'redis.replication.link_up': 'not-configured', 'redis.replicas': 1 } as const;
const REPLICA = { 'redis.replication.link_up': 1, 'redis.replication.silent_seconds': 1 };

const QUEUES = {
  'redis.arq.jobs': { 'arq:queue': 4 },
  'redis.arq.due': { 'arq:queue': 0 },
  'redis.arq.oldest_due_seconds': { 'arq:queue': 0 },
};
const STREAMS = {
  'redis.streams.found': 1,
  'redis.streams.length': { events: 8 },
  'redis.streams.group_lag': { 'events/ladler': 0 },
  'redis.streams.group_pending': { 'events/ladler': 0 },
  'redis.streams.group_oldest_pending_seconds': { 'events/ladler': 0 },
  'redis.streams.largest_lag': 0,
};

const redis = (name: string, role: 'cache' | 'work' | 'streams') => ({
  name,
  roles: [role],
  host: `${name}.redis.internal`,
});

/** Customer-Managed Prefect: a Redis for each role, a replica of one, and everything as large as it asks for. */
export const managed = (): Shape => ({
  installation: installationOf({
    kind: 'customer-managed',
    postgres: [POSTGRES],
    redis: [
      redis('cache', 'cache'),
      redis('replica', 'cache'),
      redis('work', 'work'),
      redis('streams', 'streams'),
    ],
    prefect: [PREFECT],
    kubernetes: [{ ...KUBERNETES, logs: false }],
  }),
  probes: [
    ...recorded('postgres/orion', {
      ...POSTGRES_AS_RECOMMENDED,
      minute: { facts: (facts) => ({ ...facts, minimum: { storageGiB: 100 } }) },
    }),
    ...described('redis/cache', cache(MASTER)),
    ...described('redis/replica', cache(REPLICA)),
    ...recorded('redis/main').map(without(OF_MESSAGES, QUEUES, 'work', 2)),
    ...recorded('redis/main').map(without(OF_DOCKET, STREAMS, 'streams', 4)),
    ...recorded('prefect/server', prefectAsRecommended()),
    ...described('kubernetes/cluster', {
      ...CLUSTER,
      facts: { ...CLUSTER.facts, minimum: { nodes: 3, cpuCores: 16, memoryGiB: 24 } },
    }),
  ],
  vended: { 'postgres/orion': VENDED_OF_POSTGRES, 'kubernetes/cluster': VENDED_OF_KUBERNETES },
});
