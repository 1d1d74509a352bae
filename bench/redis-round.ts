import Table from 'cli-table3';
import { Redis } from 'ioredis';
import { PERPETUAL_SERVICES } from '../lib/catalogue/prefect/services.ts';
import { parseConfig } from '../lib/config/define.ts';
import { type Target, targetsOf } from '../lib/config/targets.ts';
import { probeTarget } from '../lib/probe/index.ts';
import { listing, numberIn, parseInfo, partsOf } from '../lib/probe/redis/info.ts';
import { stateFolder } from '../local/parts/places.ts';
import { pythonEnvironment } from '../local/parts/python.ts';
import type { Supervisor } from '../local/parts/supervisor.ts';
import { startValkey, type ValkeyServer } from '../local/parts/valkey.ts';

const KEYS = 1_000_000;
const STREAMS = 100;
const MESSAGES_A_STREAM = 1000;
const TASKS = 100_000;
const ROUNDS = 10;

/** What a minute's round may cost the server it looks at, at most. */
const BOUNDS = { serverMs: 15, commandMs: 5, replyBytes: 256 * 1024 } as const;

const VARIABLE = 'VITALS_BENCH_REDIS_PASSWORD';
const A_BATCH = 10_000;

/** Sends commands by the batch: a pipeline of a million would not fit into memory. */
async function inBatches(
  redis: Redis,
  count: number,
  add: (pipeline: ReturnType<Redis['pipeline']>, n: number) => void,
) {
  for (let begin = 0; begin < count; begin += A_BATCH) {
    const pipeline = redis.pipeline();
    for (let n = begin; n < Math.min(count, begin + A_BATCH); n++) add(pipeline, n);
    const failed = (await pipeline.exec())?.find(([error]) => error !== null);
    if (failed?.[0]) throw failed[0];
  }
}

/** A task as docket writes it: its place in the queue, its parked message, and its record. */
function addTask(pipeline: ReturnType<Redis['pipeline']>, key: string, due: number): void {
  const message = ['key', key, 'when', String(due), 'function', 'mark_flow_run_late', 'args', 'x'.repeat(80)];
  pipeline.zadd('prefect:queue', due, key);
  pipeline.hset(`prefect:${key}`, message);
  pipeline.hset(`prefect:runs:${key}`, ['state', 'scheduled', 'generation', '1', ...message]);
}

async function fill(redis: Redis): Promise<void> {
  const now = Date.now() / 1000;
  await inBatches(redis, KEYS, (pipeline, n) => pipeline.set(`key:${n}`, 'value'));
  for (let stream = 0; stream < STREAMS; stream++) {
    await inBatches(redis, MESSAGES_A_STREAM, (pipeline) =>
      pipeline.xadd(`stream-${stream}`, '*', 'data', 'x'.repeat(200)),
    );
    await redis.xgroup('CREATE', `stream-${stream}`, 'consumers', '0');
    await redis.xreadgroup('GROUP', 'consumers', 'c', 'COUNT', 100, 'STREAMS', `stream-${stream}`, '>');
  }
  await inBatches(redis, TASKS, (pipeline, n) => addTask(pipeline, `task-${n}`, now - 3600 + n / 10));
  await inBatches(redis, PERPETUAL_SERVICES.length, (pipeline, n) =>
    addTask(pipeline, PERPETUAL_SERVICES[n]?.name ?? '', now + 5),
  );
  await redis.xgroup('CREATE', 'prefect:stream', 'docket-workers', '0', 'MKSTREAM');
  await inBatches(redis, A_BATCH, (pipeline, n) => pipeline.xadd('prefect:stream', '*', 'key', `ready-${n}`));
  await redis.zadd('prefect:workers', now, 'services#1');
  await inBatches(redis, A_BATCH, (pipeline, n) => pipeline.zadd('arq:queue', 1000 * now - n, `job-${n}`));
  for (const group of ['event-persister', 'task-run-recorder', 'reactive-triggers'])
    await redis.xgroup('CREATE', 'events', group, '0', 'MKSTREAM');
  await inBatches(redis, A_BATCH, (pipeline) => pipeline.xadd('events', '*', 'data', 'x'.repeat(1000)));
}

/** Calls and microseconds of each command since the statistics were reset. */
async function commandsOf(redis: Redis) {
  const statistics = await listing(redis, 'commandstats');
  return [...statistics].flatMap(([name, line]) => {
    const parts = partsOf(line);
    const command = name.replace(/^cmdstat_/, '');
    return { command, calls: numberIn(parts, 'calls'), ms: numberIn(parts, 'usec') / 1000 };
  });
}

const bytesSent = async (redis: Redis): Promise<number> =>
  numberIn(parseInfo(await redis.info('stats')), 'total_net_output_bytes');

function targetOf({ host, port, password }: ValkeyServer): Target {
  process.env[VARIABLE] = password;
  const [installation] = parseConfig({
    installations: [
      {
        name: 'bench',
        kind: 'customer-managed',
        redis: [
          {
            name: 'main',
            streamNames: Array.from({ length: STREAMS }, (_, n) => `stream-${n}`),
            host,
            port,
            password: { from: 'environment', variable: VARIABLE },
            tls: { mode: 'off' },
          },
        ],
      },
    ],
  }).installations;
  const [target] = installation === undefined ? [] : targetsOf(installation);
  if (target === undefined) throw new Error('the bench has no target');
  return target;
}

type Commands = Awaited<ReturnType<typeof commandsOf>>;

/** One round's cost to the server. Asking for it costs some itself, which is left in: a little too much is told. */
interface Round {
  readonly commands: Commands;
  readonly serverMs: number;
  readonly replyBytes: number;
}

async function oneRound(redis: Redis, target: Target): Promise<Round> {
  await redis.config('RESETSTAT');
  const before = await bytesSent(redis);
  const now = () => new Date();
  const visit = { installation: 'bench', tier: 'minute', intervalSeconds: 60, now } as const;
  const { errors } = await probeTarget(target, visit);
  if (errors.length > 0) throw new Error(`the probe failed: ${errors.map((e) => e.detail).join('; ')}`);
  const replyBytes = (await bytesSent(redis)) - before;
  const commands = (await commandsOf(redis)).filter((c) => c.command !== 'config|resetstat');
  return { commands, replyBytes, serverMs: commands.reduce((sum, c) => sum + c.ms, 0) };
}

const shownMs = (ms: number): string => ms.toFixed(3);

function tableOf({ commands }: Round): Table.Table {
  const rows = new Table({ head: ['command', 'calls', 'ms in all'], style: { head: [], border: [] } });
  for (const { command, calls, ms } of commands.toSorted((a, b) => b.ms - a.ms))
    rows.push([command, calls, shownMs(ms)]);
  return rows;
}

/**
 * What a minute's round costs a Redis that holds a lot: time of its one thread and bytes sent, by its own account.
 * Sets the exit code when a bound is broken: the round's median for time, and every round for slow commands and bytes.
 */
export async function measureRedisRound(
  supervisor: Supervisor,
  progress: (text: string) => void,
): Promise<string> {
  progress('starting Valkey');
  const python = await pythonEnvironment(supervisor, () => {});
  const server = await startValkey(supervisor, python, {
    folder: stateFolder('bench', 'redis'),
    settings: { maxmemory: '2gb', 'slowlog-log-slower-than': String(BOUNDS.commandMs * 1000) },
  });
  const redis = new Redis({ host: server.host, port: server.port, password: server.password });
  try {
    progress(`filling it: ${KEYS} keys, ${STREAMS} streams, ${TASKS} tasks`);
    await fill(redis);
    await redis.slowlog('RESET');
    progress('measuring');
    const target = targetOf(server);
    const rounds: Round[] = [];
    for (let n = 0; n < ROUNDS; n++) rounds.push(await oneRound(redis, target));
    const slow = await redis.slowlog('LEN');
    const byTime = rounds.toSorted((a, b) => a.serverMs - b.serverMs);
    const median = byTime[Math.floor((ROUNDS - 1) / 2)];
    if (median === undefined) throw new Error('nothing was measured');
    const bytes = Math.max(...rounds.map((r) => r.replyBytes));
    const verdicts = [
      [
        `server time ${shownMs(median.serverMs)} ms (median of ${ROUNDS})`,
        median.serverMs <= BOUNDS.serverMs,
        `${BOUNDS.serverMs} ms`,
      ],
      [`${slow} commands slower than ${BOUNDS.commandMs} ms`, slow === 0, 'none'],
      [`${bytes} bytes sent (most)`, bytes <= BOUNDS.replyBytes, `${BOUNDS.replyBytes} bytes`],
    ] as const;
    if (verdicts.some(([, holds]) => !holds)) process.exitCode = 1;
    const lines = verdicts.map(
      ([text, holds, bound]) => `${holds ? 'holds' : 'BROKEN'}: ${text}; at most ${bound}`,
    );
    const held = `The server holds ${await redis.dbsize()} keys.`;
    return [String(tableOf(median)), held, ...lines].join('\n');
  } finally {
    redis.disconnect();
  }
}
