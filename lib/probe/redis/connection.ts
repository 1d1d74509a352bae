import { performance } from 'node:perf_hooks';
import { Redis } from 'ioredis';
import type { RedisTarget } from '../../config/targets.ts';
import type { Sample } from '../collector.ts';
import { type Classify, failureOf, isDown, ProbeFailure } from '../failure.ts';
import type { Probe } from '../frame.ts';
import { forget, textOf } from '../secret.ts';
import { tlsOptionsOf } from '../tls.ts';
import { arq } from './arq.ts';
import { clients } from './clients.ts';
import { consumers } from './consumers.ts';
import { cpu } from './cpu.ts';
import { docket } from './docket.ts';
import { elastiCacheToken } from './elasticache-token.ts';
import { flushes } from './flushes.ts';
import { keys } from './keys.ts';
import { keyspace } from './keyspace.ts';
import { memory } from './memory.ts';
import { perpetual } from './perpetual.ts';
import { persistence } from './persistence.ts';
import { answersInPlainText } from './plain.ts';
import { refusals } from './refusals.ts';
import { replication } from './replication.ts';
import { runEnds } from './run-ends.ts';
import { server } from './server.ts';
import { slowlog } from './slowlog.ts';
import { streams } from './streams.ts';
import { traffic } from './traffic.ts';

/** What CLIENT LIST shows of a probe. */
const CLIENT_NAME = 'prefect-vitals';
const CONNECT_TIMEOUT_MS = 4_000;
const COMMAND_TIMEOUT_MS = 3_000;

/** The first word of an error reply says what kind it is. */
const REPLIES: readonly (readonly [RegExp, NonNullable<ReturnType<Classify>>])[] = [
  [/^WRONGPASS|^ERR (invalid password|AUTH)/, ['auth', 'the user or the password is not accepted']],
  [/^NOAUTH/, ['auth', 'the server wants a password and none was given']],
  [/^NOPERM/, ['permission', 'the user may not run this command']],
  [/^MOVED/, ['not-collected', 'another node of this Redis Cluster holds it']],
  [/^WRONGTYPE/, ['invalid', 'a key holds something else than its name says']],
  [/^CLUSTERDOWN/, ['refused', 'the Redis Cluster does not serve these keys now']],
  [/^LOADING/, ['refused', 'the server is loading its data']],
  [/^MASTERDOWN/, ['refused', 'the replica has lost its master']],
  [/^ERR max number of clients/, ['saturated', 'every client connection is taken']],
  [/^ERR unknown (sub)?command/i, ['missing', 'this server has no such command']],
  [/^ERR DB index/, ['missing', 'there is no such database number']],
  [/Command timed out|connect ETIMEDOUT/, ['timeout', 'no answer in time']],
  [/Protocol error|^ERR Protocol/, ['protocol', 'what answers does not speak the Redis protocol']],
  [/Connection is closed|Socket closed/, ['protocol', 'the server closed the connection']],
];

const classifyRedis: Classify = (error) => REPLIES.find(([pattern]) => pattern.test(error.message))?.[1];

/** A server that cannot save refuses writes, and PING with them, to be noticed: it is up all the same. */
async function answerTo(ping: Promise<unknown>): Promise<void> {
  try {
    await ping;
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('MISCONF'))) throw error;
  }
}

async function passwordOf({ user, password }: RedisTarget): Promise<string | undefined> {
  if (password === undefined) return undefined;
  if (password.from !== 'elasticache-iam') return textOf(password);
  return elastiCacheToken({ ...password, user: user ?? '' });
}

async function open(target: RedisTarget, abort: AbortSignal) {
  const password = await passwordOf(target);
  const tls = tlsOptionsOf(target.tls, target.host);
  const redis = new Redis({
    host: target.host,
    port: target.port,
    db: target.database,
    ...(target.user !== undefined && { username: target.user }),
    ...(password !== undefined && { password }),
    ...(tls !== undefined && { tls }),
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    // A probe looks once: it neither waits for a server to come back nor asks again.
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    disableClientInfo: true,
    connectionName: CLIENT_NAME,
  });
  // What breaks a connection is said here and nowhere else: connect() itself only says that it is closed.
  let broken: Error | undefined;
  redis.on('error', (error) => {
    broken ??= error;
  });
  abort.addEventListener('abort', () => redis.disconnect(), { once: true });
  try {
    await redis.connect();
    const before = performance.now();
    await answerTo(redis.ping());
    const pingMs = performance.now() - before;
    const samples: readonly Sample[] = [
      { signal: 'redis.up', value: 1 },
      { signal: 'redis.ping_ms', value: pingMs },
    ];
    return { connection: redis, samples };
  } catch (error) {
    redis.disconnect();
    const cause = broken ?? error;
    const silent = tls !== undefined && failureOf(cause, classifyRedis).reason === 'timeout';
    if (silent && (await answersInPlainText(target.host, target.port, abort))) {
      throw new ProbeFailure('tls', 'the server does not speak TLS on this port', { cause });
    }
    if (cause instanceof Error && cause.message.startsWith('WRONGPASS')) forget(target.password);
    throw cause;
  }
}

function closed(failure: ProbeFailure): readonly Sample[] {
  const { reason, detail } = failure;
  return [
    { signal: 'redis.up', value: isDown(reason) ? 0 : { reason, detail } },
    { signal: 'redis.ping_ms', value: { reason, detail } },
  ];
}

export const redisProbe: Probe<RedisTarget, Redis> = {
  open,
  closed,
  signals: ['redis.up', 'redis.ping_ms'],
  collectors: [
    server,
    memory,
    clients,
    keyspace,
    cpu,
    traffic,
    keys,
    flushes,
    refusals,
    persistence,
    replication,
    slowlog,
    docket,
    perpetual,
    runEnds,
    consumers,
    arq,
    streams,
  ],
  classify: classifyRedis,
  discard: (redis) => redis.disconnect(),
  close: async (redis) => {
    await redis.quit();
  },
};
