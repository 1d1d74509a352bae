import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudWatchClient, paginateListMetrics } from '@aws-sdk/client-cloudwatch';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parseConfig } from '../../lib/config/define.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { type Deployed, deploy } from '../../local/deploy.ts';
import { stateFolder } from '../../local/parts/places.ts';
import { withSession } from '../../local/parts/postgres.ts';
import { Supervisor } from '../../local/parts/supervisor.ts';
import type { ValkeyServer } from '../../local/parts/valkey.ts';
import { clientOptions, invoke, readSnapshot, readToken } from '../../local/remote.ts';
import { type Scheduled, schedulesOf } from '../../local/schedules.ts';
import { keepSecret } from '../../local/secrets.ts';
import { INNER, isOpen, isServed, requests } from '../api/hostile.ts';
import { ownServers } from '../integration/probe/servers.ts';
import { subscribeQueue } from './alerts-queue.ts';
import { send } from './strangers.ts';

const sample = inject('sample');
const cloud = inject('cloud');
const supervisor = new Supervisor(stateFolder('test', 'deployed', 'logs'));
const AT_ONCE = { pendingSeconds: 0, recoverySeconds: 0 };

let servers: Awaited<ReturnType<typeof ownServers>>;
let valkey: ValkeyServer;
let deployed: Deployed;
let token: string;
let schedules: readonly Scheduled[];

const config = async () =>
  parseConfig({
    stackName: 'Chain',
    installations: [
      {
        name: 'chain',
        postgres: [
          {
            name: 'orion',
            host: sample.postgres.host,
            port: sample.postgres.port,
            database: sample.prefect.database.name,
            user: sample.prefect.database.monitor.user,
            password: await keepSecret(cloud, 'chain-postgres', sample.prefect.database.monitor.password),
            tls: { mode: 'off' },
          },
        ],
        redis: [
          {
            name: 'main',
            host: valkey.host,
            port: valkey.port,
            // Prefect itself uses another one, of which nothing is to be missed here.
            roles: ['cache'],
            password: await keepSecret(cloud, 'chain-redis', valkey.password),
            tls: { mode: 'off' },
          },
        ],
        prefect: [{ apiUrl: sample.prefect.apiUrl }],
        findings: { 'redis-down': AT_ONCE },
      },
    ],
  });

/** Runs every schedule of one kind of target now instead of at its time. */
const probe = (kind: string) =>
  Promise.all(schedules.filter((s) => s.functionName.endsWith(kind)).map((s) => invoke(cloud, s)));

const snapshot = () => readSnapshot(deployed, token);

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(new URL(path, deployed.pageUrl), { headers });

beforeAll(async () => {
  servers = await ownServers();
  valkey = await servers.valkey({ name: 'chain-valkey' });
  const file = join(stateFolder('test', 'deployed'), 'vitals.config.json');
  await writeFile(file, JSON.stringify(await config()), { mode: 0o600 });
  deployed = await deploy(supervisor, cloud, file);
  token = await readToken(cloud, deployed);
  schedules = await schedulesOf(deployed);
  await Promise.all(['probe-postgres', 'probe-redis', 'probe-prefect'].map(probe));
});
afterAll(() => supervisor.stopAll());

describe('the deployed chain', () => {
  it('turns reports into a snapshot that comes out over HTTP', async () => {
    // The first report must be assessed before the second replaces it: rates follow from both.
    const seen = async () => (await snapshot())?.monitor.targets.map((t) => t.observed_at !== null);
    await expect.poll(seen, { timeout: 30_000 }).toEqual([true, true, true]);
    await Promise.all([probe('probe-redis'), probe('probe-postgres')]);
    await expect.poll(async () => (await snapshot())?.monitor.complete, { timeout: 30_000 }).toBe(true);
    const { status, server, database, redis } = (await snapshot()) as Snapshot;
    expect(status).toBe('healthy');
    expect(server).toMatchObject({ status: 'healthy', version: '3.8.8', ready: true });
    expect(database).toMatchObject({
      status: 'healthy',
      dialect: 'postgresql',
      version: '18.4',
      connections_limit: 97,
    });
    expect(database.connections).toBeGreaterThan(0);
    expect(redis).toMatchObject([
      { status: 'healthy', version: '9.1.2', memory_limit_bytes: 256 * 1024 * 1024 },
    ]);
    expect(redis[0]?.cpu_percent).toBeGreaterThanOrEqual(0);
  });

  it('counts flow runs as the database does', async () => {
    const paused = () =>
      withSession(sample.postgres, sample.postgres.admin, sample.prefect.database.name, async (session) => {
        const { rows } = await session.query(
          `SELECT count(*)::int AS n FROM flow_run WHERE state_type = 'PAUSED'`,
        );
        return rows[0].n;
      });
    await withSession(
      sample.postgres,
      sample.postgres.admin,
      sample.prefect.database.name,
      async (session) => {
        await session.query(`INSERT INTO flow (id, name) VALUES (gen_random_uuid(), 'of the chain')`);
        await session.query(
          `INSERT INTO flow_run (id, flow_id, name, state_type, state_name, expected_start_time)
         SELECT gen_random_uuid(), (SELECT id FROM flow LIMIT 1), 'counted', 'PAUSED', 'Paused', now() FROM generate_series(1, 7)`,
        );
      },
    );
    expect(await paused()).toBeGreaterThanOrEqual(7);
    await probe('probe-prefect');
    await expect
      .poll(async () => (await snapshot())?.flow_runs.by_state.PAUSED === (await paused()), {
        timeout: 30_000,
      })
      .toBe(true);
    expect((await snapshot())?.flow_runs.by_state).toMatchObject({
      RUNNING: 0,
      COMPLETED: expect.any(Number),
    });
  });

  it('puts metrics with their installation and target', async () => {
    const names = new Set<string>();
    const pages = paginateListMetrics(
      { client: new CloudWatchClient(clientOptions(cloud)) },
      { Namespace: 'PrefectVitals' },
    );
    for await (const { Metrics } of pages) {
      for (const { MetricName, Dimensions } of Metrics ?? []) {
        names.add([MetricName, ...(Dimensions ?? []).map((d) => d.Value)].join(' '));
      }
    }
    expect([...names]).toEqual(
      expect.arrayContaining([
        'PostgresConnectionsUsed chain postgres/orion',
        'RedisMemoryUsed chain redis/main',
        'PrefectFlowRuns chain prefect/server PENDING',
      ]),
    );
  });

  it('lets nobody read without the token', async () => {
    for (const path of ['snapshot', 'metrics', 'history?signal=redis.up', 'installations', 'openapi.json']) {
      expect((await get(path)).status).toBe(401);
      expect((await get(path, { authorization: `Bearer ${token}x` })).status).toBe(401);
    }
    expect((await get('snapshot', { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it('has a token that can be pasted anywhere', () => {
    expect(token).toMatch(/^[A-Za-z0-9]{40}$/);
  });

  it('tells a load balancer how it is without a token, and nothing else', async () => {
    const response = await get('health');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'healthy' });
  });

  it('serves the page and all it is made of', async () => {
    const page = await get('');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('main.js');
    expect((await get('main.js')).headers.get('content-type')).toContain('javascript');
    const runbook = await get('runbooks/redis-down', { accept: 'text/html' });
    expect(await runbook.text()).toContain('<h1>Redis does not answer</h1>');
  });

  it('tells of a Redis that stops, of its recovery and of what it lost, each once', async () => {
    const queue = await subscribeQueue(cloud, deployed);
    const heard = async () => (await queue.receive()).map((a) => a.Subject);

    await valkey.process.stop();
    await probe('probe-redis');
    await expect
      .poll(heard, { timeout: 30_000 })
      .toEqual(['PROBLEM chain: Redis does not answer (redis/main)']);
    expect((await get('health')).status).toBe(503);
    const down = await snapshot();
    expect(down).toMatchObject({
      status: 'error',
      database: { status: 'healthy' },
      root_cause: { finding: 'redis-down', target: 'redis/main' },
    });
    await probe('probe-redis');

    valkey = await servers.valkey({ name: 'chain-valkey', port: valkey.port, password: valkey.password });
    await probe('probe-redis');
    await expect.poll(heard, { timeout: 30_000 }).toHaveLength(3);
    expect(await heard()).toContain('PROBLEM chain: Redis restarted and lost what it held (redis/main)');
    const [opened] = queue.all;
    const recovered = queue.all.find((a) => a.Subject.startsWith('RECOVERED'));
    expect(recovered?.Subject).toBe('RECOVERED chain: Redis does not answer (redis/main)');
    expect(recovered?.MessageAttributes).toMatchObject({
      kind: { Value: 'recovered' },
      finding: { Value: 'redis-down' },
    });
    expect(opened?.MessageAttributes.incident?.Value).toBe(recovered?.MessageAttributes.incident?.Value);
    expect(JSON.stringify(queue.all)).not.toContain(valkey.password);

    await probe('probe-redis');
    const above = async () => (await snapshot())?.findings.filter((f) => f.severity !== 'info');
    const findings = async () => (await above())?.map((f) => f.id);
    await expect.poll(findings, { timeout: 30_000 }).toEqual(['redis-restarted-empty']);
    expect(await heard()).toHaveLength(3);
  });

  it('answers whatever is asked of it, and strangers learn nothing of what it watches', async () => {
    const secrets = [valkey.password, sample.prefect.database.monitor.password, token];
    await fc.assert(
      fc.asyncProperty(requests('chain'), fc.boolean(), async (request, isInvited) => {
        const { status, body } = await send(
          deployed.pageUrl,
          request,
          isInvited ? `Bearer ${token}` : undefined,
        );
        expect(status).toBeGreaterThanOrEqual(200);
        // What the emulator's own server refuses to read never comes as far as the function.
        expect(status === 503 && request.route === '/health' ? 200 : status).toBeLessThan(500);
        for (const secret of secrets) expect(body).not.toContain(secret);
        if (status >= 400) expect(body).not.toMatch(INNER);
        if (isInvited) return;
        expect(body).not.toMatch(/redis\/main|postgres\/orion|prefect\/server/);
        if (isServed(request.method) && request.route !== null && !isOpen(request.route)) {
          expect([401, 404]).toContain(status);
        }
      }),
      { numRuns: 120 },
    );
  });

  it('keeps every secret out of the snapshot and the metrics', async () => {
    const authorization = `Bearer ${token}`;
    const served = await Promise.all(
      ['snapshot?detailed=true', 'metrics'].map(async (path) => (await get(path, { authorization })).text()),
    );
    for (const secret of [valkey.password, sample.prefect.database.monitor.password, token]) {
      expect(served.join()).not.toContain(secret);
    }
  });
});
