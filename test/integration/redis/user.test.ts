import { readFile } from 'node:fs/promises';
import type { Redis } from 'ioredis';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandOfDocument, USER } from '../../../bench/servers/documented-user.ts';
import { fill } from '../../../bench/servers/filled.ts';
import type { RedisTarget } from '../../../lib/config/targets.ts';
import { TIERS } from '../../../lib/model/report.ts';
import type { ValkeyServer } from '../../../local/parts/valkey.ts';
import { ownServers } from '../probe/servers.ts';
import { visit } from '../probe/visit.ts';
import { asClient, replyOf } from './watcher.ts';

const RECIPE = new URL('../../../docs/redis-user.md', import.meta.url);
const DATABASE = 1;
const PASSWORD = 'the-password-of-the-user';

let server: ValkeyServer;
let recipe: string;
let documented: readonly string[];

const rulesIn = (text: string): readonly string[] => text.match(/[+]\S+/g) ?? [];

const asOwner = <T>(work: (client: Redis) => Promise<T>) => asClient(server, work);

/** Runs one command as the documented user. */
const asUser = (...words: readonly string[]) =>
  asClient(server, async (client) => {
    await client.call('AUTH', USER, PASSWORD);
    const [command = '', ...rest] = words;
    return replyOf(client.call(command, ...rest));
  });

const targetFor = (login: Partial<RedisTarget>): RedisTarget => ({
  kind: 'redis',
  id: 'redis/main',
  name: 'main',
  roles: ['cache', 'work', 'streams'],
  host: server.host,
  port: server.port,
  docketNames: ['prefect', 'prefect-server'],
  arqQueues: ['arq:queue'],
  findStreams: true,
  database: DATABASE,
  tls: { mode: 'off' },
  ...login,
});

/** The commands that were run since the statistics were reset, as the rules of a user name them. */
const commandsRun = () =>
  asOwner(async (client) =>
    [...(await client.info('commandstats')).matchAll(/^cmdstat_(\S+?):/gm)].map(([, name]) => name ?? ''),
  );

beforeAll(async () => {
  recipe = await readFile(RECIPE, 'utf8');
  documented = await commandOfDocument(PASSWORD);
  server = await (await ownServers()).valkey();
  process.env.TEST_OWNER_PASSWORD = server.password;
  process.env.TEST_USER_PASSWORD = PASSWORD;
  await asOwner(async (client) => {
    const [command = '', ...rest] = documented;
    await client.call(command, ...rest);
    await client.select(DATABASE);
    await fill(client);
    await client.select(0);
    await client.set('text', 'secret');
    await client.hset('run', { state: 'running', known: '1' });
    await client.zadd('queue', 1, 'task');
    await client.sadd('workers', 'one');
    await client.rpush('list', 'entry');
    await client.xadd('events', '*', 'data', 'secret');
    await client.xgroup('CREATE', 'events', 'persister', '0');
    await client.xreadgroup('GROUP', 'persister', 'one', 'STREAMS', 'events', '>');
  });
});

describe('the documented user', () => {
  it('lets a probe read all that the owner of the server would', async () => {
    for (const tier of TIERS) {
      const asDocumented = await visit(
        targetFor({ user: USER, password: { from: 'environment', variable: 'TEST_USER_PASSWORD' } }),
        tier,
      );
      const asTheOwner = await visit(
        targetFor({ password: { from: 'environment', variable: 'TEST_OWNER_PASSWORD' } }),
        tier,
      );
      const known = ({ readings }: typeof asTheOwner) =>
        readings.map((r) => `${r.signal}: ${r.unknown?.reason ?? 'known'}`).sort();
      expect(asDocumented.errors).toEqual([]);
      expect(known(asDocumented)).toEqual(known(asTheOwner));
    }
  });

  it('may run every command a probe runs, and no other', async () => {
    const asDocumented = targetFor({
      user: USER,
      password: { from: 'environment', variable: 'TEST_USER_PASSWORD' },
    });
    await asOwner((client) => client.config('RESETSTAT'));
    const reports = [];
    for (const tier of TIERS) reports.push(await visit(asDocumented, tier));
    const commands = await commandsRun();
    const unseen = reports.flatMap((r) => r.readings.filter((x) => x.unknown?.reason === 'permission'));
    expect(unseen).toEqual([]);
    // These any client may run: they are how it comes and goes. The last two are of this test's own clients.
    const comingAndGoing = ['auth', 'hello', 'quit', 'config|resetstat', 'client|setinfo'];
    const allowed = rulesIn(documented.join(' ')).map((rule) => rule.slice(1));
    expect(commands.filter((c) => !comingAndGoing.includes(c)).sort()).toEqual(allowed.toSorted());
  });

  it.each([
    'PING',
    'TIME',
    'INFO everything',
    'SELECT 1',
    'CLIENT SETNAME prefect-vitals',
    'SLOWLOG GET 10',
    'SCAN 0 COUNT 10',
    'SCARD workers',
    'ZCARD queue',
    'ZCOUNT queue -inf +inf',
    'ZSCORE queue task',
    'ZRANGE queue 0 0 WITHSCORES',
    'HMGET run state known',
    'XLEN events',
    'EXISTS queue',
    'XRANGE events - + COUNT 1',
    'XREVRANGE events + - COUNT 1',
    'XPENDING events persister',
    'XINFO GROUPS events',
    'XINFO CONSUMERS events persister',
    'SUBSCRIBE prefect:state:monitor_late_runs',
  ])('may run %s', async (command) => {
    expect(await asUser(...command.split(' '))).toBe('accepted');
  });

  it.each([
    'SET text other',
    'DEL text',
    'HSET run state done',
    'ZADD queue 2 other',
    'XADD events * data other',
    'XACK events persister 0-1',
    'XGROUP DESTROY events persister',
    'EXPIRE text 1',
    'PUBLISH prefect:state:monitor_late_runs message',
    'FLUSHALL',
    'FLUSHDB',
    'EVAL return 0',
    'SLOWLOG RESET',
    'CONFIG SET maxmemory 1',
    'CLIENT KILL TYPE normal',
    'ACL SETUSER prefect-vitals +@all',
    'SHUTDOWN',
  ])('may not change anything: %s', async (command) => {
    expect(await asUser(...command.split(' '))).toMatch(/^NOPERM/);
  });

  it.each([
    'GET text',
    'MGET text',
    'GETRANGE text 0 -1',
    'HGETALL run',
    'LRANGE list 0 -1',
    'SMEMBERS workers',
    'XREAD STREAMS events 0',
    'DUMP text',
    'XINFO STREAM events FULL',
    'MEMORY USAGE text',
    'CONFIG GET requirepass',
    'ACL LIST',
    'CLIENT LIST',
    'MONITOR',
    'SUBSCRIBE prefect:cancel:task',
    'PSUBSCRIBE *:state:*',
    'KEYS *',
  ])('may not read values or the configuration: %s', async (command) => {
    expect(await asUser(...command.split(' '))).toMatch(/^NOPERM/);
  });

  it('is the same on ElastiCache', () => {
    const [, access = ''] = /--access-string "([^"]*)"/.exec(recipe) ?? [];
    expect(rulesIn(access)).toEqual(rulesIn(documented.join(' ')));
    expect(rulesIn(access).length).toBeGreaterThan(15);
  });
});
