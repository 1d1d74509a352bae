import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { pipeline } from 'node:stream';
import { createServer, type Server } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RedisTarget } from '../../../lib/config/targets.ts';
import { elastiCacheToken } from '../../../lib/probe/redis/elasticache-token.ts';
import type { ValkeyServer } from '../../../local/parts/valkey.ts';
import { type Certificates, makeCertificates } from '../../parts/certificates.ts';
import { ownServers } from '../probe/servers.ts';
import { said, visit } from '../probe/visit.ts';
import { asClient } from './watcher.ts';

let server: ValkeyServer;
let own: Certificates;
let foreign: Certificates;
let entrance: Server;

/** The Valkey of the tests is built without TLS: what ends TLS here stands in front of it, as a load balancer does. */
async function tlsInFrontOf({ host, port }: ValkeyServer, { cert, key }: Certificates): Promise<Server> {
  const listening = createServer({ cert, key }, (client) => {
    pipeline(client, connect({ host, port }), client, () => undefined);
  });
  // A client that does not trust the certificate ends the handshake: that is what some tests are about.
  listening.on('tlsClientError', () => undefined);
  listening.listen(0, host);
  await once(listening, 'listening');
  return listening;
}

const targetOf = (tls: RedisTarget['tls'], change: Partial<RedisTarget> = {}): RedisTarget => ({
  kind: 'redis',
  id: 'redis/main',
  name: 'main',
  roles: ['work'],
  host: server.host,
  port: (entrance.address() as AddressInfo).port,
  database: 0,
  docketNames: ['prefect', 'prefect-server'],
  password: { from: 'environment', variable: 'TEST_TLS_PASSWORD' },
  tls,
  ...change,
});

beforeAll(async () => {
  own = await makeCertificates('DNS:redis.internal');
  foreign = await makeCertificates('DNS:redis.internal');
  server = await (await ownServers()).valkey();
  process.env.TEST_TLS_PASSWORD = server.password;
  entrance = await tlsInFrontOf(server, own);
});

afterAll(() => void entrance.close());

describe('a Redis behind TLS', () => {
  it('is read when its own authority is named, under the name in its certificate', async () => {
    const report = await visit(targetOf({ mode: 'verify', ca: own.ca, serverName: 'redis.internal' }));
    expect(report.errors).toEqual([]);
    expect(said(report, 'redis.up')).toBe(1);
    expect(said(report, 'redis.keys')).toBe(0);
  });

  it.each([
    ['no authority is named: the public ones did not sign it', () => ({ serverName: 'redis.internal' })],
    ['another authority is named', () => ({ ca: foreign.ca, serverName: 'redis.internal' })],
    ['the certificate is for another name', () => ({ ca: own.ca, serverName: 'other.internal' })],
    ['the certificate does not hold the address', () => ({ ca: own.ca })],
  ])('is not trusted when %s, and neither up nor down', async (_, change) => {
    const report = await visit(targetOf({ mode: 'verify', ...change() }));
    expect(said(report, 'redis.up')).toBe('tls');
    expect(report.errors.map((e) => e.reason)).toEqual(['tls']);
    expect(JSON.stringify(report)).not.toContain(server.password);
  });
});

describe('a login by ElastiCache IAM', () => {
  const CACHE = { region: 'eu-central-1', cacheName: 'prefect', serverless: false } as const;
  const targetOfIam = (tls: RedisTarget['tls']) =>
    targetOf(tls, { user: 'vitals', password: { from: 'elasticache-iam', ...CACHE } });

  beforeAll(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret of a test');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token/of+a session='.repeat(40));
  });
  afterEach(() => void vi.useRealTimers());
  afterAll(() => void vi.unstubAllEnvs());

  it('sends the token of the moment as the password of its user, over a line that it checked', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-21T08:00:00Z') });
    const token = await elastiCacheToken({ ...CACHE, user: 'vitals' });
    expect(token.length).toBeGreaterThan(800);
    await asClient(server, (client) =>
      client.call('ACL', 'SETUSER', 'vitals', 'on', `>${token}`, '~*', '+@all'),
    );
    const verified = { mode: 'verify', ca: own.ca, serverName: 'redis.internal' } as const;
    const report = await visit(targetOfIam(verified));
    expect(said(report, 'redis.up')).toBe(1);
    expect(said(report, 'redis.keys')).toBe(0);
    expect(JSON.stringify(report)).not.toContain('X-Amz-Signature');

    vi.setSystemTime(new Date('2026-11-21T08:00:01Z'));
    expect(said(await visit(targetOfIam(verified)), 'redis.up')).toBe('auth');
  });

  it('sends nothing to a server whose certificate nobody vouches for', async () => {
    expect(said(await visit(targetOfIam({ mode: 'verify' })), 'redis.up')).toBe('tls');
  });
});
