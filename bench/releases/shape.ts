import { Redis } from 'ioredis';
import * as v from 'valibot';
import { CONSUMER_SERVICES, PERPETUAL_SERVICES } from '../../lib/catalogue/prefect/services.ts';
import { until } from '../../local/parts/until.ts';
import type { Sample } from '../../local/sample.ts';

/** What a release leaves in Redis and says of itself, as far as a probe rests on it; nothing of one run only. */
export interface Shape {
  /** The part of /admin/settings that is looked at, without addresses and passwords. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Every key, with what differs from run to run replaced, and its type. */
  readonly keys: Readonly<Record<string, string>>;
  /** The periodic services in the docket, and the fields of the hash each has there between two runs. */
  readonly tasks: Readonly<Record<string, readonly string[]>>;
  /** The consumer groups of each stream. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

const DOCKET = 'prefect';
const SECRET = /url|password|secret|auth/i;

const Settings = v.object({
  server: v.looseObject({
    services: v.record(v.string(), v.unknown()),
    events: v.record(v.string(), v.unknown()),
    docket: v.looseObject({ url: v.string() }),
    database: v.looseObject({ sqlalchemy: v.record(v.string(), v.unknown()) }),
    analytics_enabled: v.boolean(),
  }),
});

const withoutSecrets = (object: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !SECRET.test(name)));

async function settingsOf(apiUrl: string): Promise<Shape['settings']> {
  const answer = await (await fetch(`${apiUrl}/admin/settings`)).json();
  const { services, events, docket, database, analytics_enabled } = v.parse(Settings, answer).server;
  return {
    server: {
      services,
      events: withoutSecrets(events),
      docket: { ...docket, url: docket.url.replace(/\/\/.*/, '//') },
      database: { sqlalchemy: withoutSecrets(database.sqlalchemy) },
      analytics_enabled,
    },
  };
}

/** Numbers of processes, names of hosts and ids change from run to run. */
const lasting = (key: string): string =>
  key
    .replace(/^ephemeral-.*/, 'ephemeral-<host>-<id>')
    .replace(/[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}/g, '<id>')
    .replace(/(worker-tasks:).*/, '$1<worker>');

async function typesOf(redis: Redis): Promise<Shape['keys']> {
  const types = new Map<string, string>();
  for await (const keys of redis.scanStream({ count: 500 })) {
    for (const key of keys as string[]) types.set(lasting(key), await redis.type(key));
  }
  return Object.fromEntries([...types].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

async function tasksOf(redis: Redis): Promise<Shape['tasks']> {
  const tasks = await Promise.all(
    PERPETUAL_SERVICES.map(async ({ name }) => {
      const due = await redis.zscore(`${DOCKET}:queue`, name);
      const fields = (await redis.hkeys(`${DOCKET}:runs:${name}`)).toSorted();
      return due === null && fields.length === 0 ? [] : [[name, fields] as const];
    }),
  );
  return Object.fromEntries(tasks.flat());
}

async function groupsOf(redis: Redis): Promise<Shape['groups']> {
  const streams = [`${DOCKET}:stream`, ...new Set(CONSUMER_SERVICES.map((s) => s.stream))];
  const groups = await Promise.all(
    streams.map(async (stream) => {
      const all = (await redis.xinfo('GROUPS', stream)) as unknown[][];
      const names = all.map((fields) => lasting(String(fields[fields.indexOf('name') + 1])));
      return [stream, [...new Set(names)].toSorted()] as const;
    }),
  );
  return Object.fromEntries(groups);
}

/** Puts a message into the stream that no consumer can read, and waits until they have given it up. */
async function poison(redis: Redis, signal: AbortSignal): Promise<void> {
  await redis.xadd('events', '*', 'data', '{"poisoned": true}', 'attributes', '{}');
  const isGivenUp = async () => (await redis.scard('dlq')) > 0;
  await until('a dead letter', isGivenUp, { withinSeconds: 60, signal });
}

/** Looks at everything a running release leaves; a message nobody can read is part of it. */
export async function shapeOf({ prefect, valkey }: Sample, signal: AbortSignal): Promise<Shape> {
  const redis = new Redis({ host: valkey.host, port: valkey.port, password: valkey.password });
  try {
    await poison(redis, signal);
    return {
      settings: await settingsOf(prefect.apiUrl),
      keys: await typesOf(redis),
      tasks: await tasksOf(redis),
      groups: await groupsOf(redis),
    };
  } finally {
    redis.disconnect();
  }
}

/** For how many seconds a lost periodic service stays away: null when it is not put back within 80 s. */
export async function secondsUntilReseeded({ valkey }: Sample, service: string): Promise<number | null> {
  const redis = new Redis({ host: valkey.host, port: valkey.port, password: valkey.password });
  try {
    await redis.del(`${DOCKET}:runs:${service}`, `${DOCKET}:${service}`);
    await redis.zrem(`${DOCKET}:queue`, service);
    const lost = Date.now();
    while (Date.now() - lost < 80_000) {
      if ((await redis.zscore(`${DOCKET}:queue`, service)) !== null) return (Date.now() - lost) / 1000;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return null;
  } finally {
    redis.disconnect();
  }
}
