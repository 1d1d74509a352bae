import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InstallationConfig } from '../../lib/config/schema.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { stateFolder } from '../../local/parts/places.ts';
import { pythonEnvironment } from '../../local/parts/python.ts';
import { Supervisor } from '../../local/parts/supervisor.ts';
import { type Sample, sampleConfig, startSample } from '../../local/sample.ts';
import { findingIn, Watcher } from './watcher.ts';

const POOL = { size: 3, overflow: 2 };
const SETTINGS = {
  PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE: String(POOL.size),
  PREFECT_SERVER_DATABASE_SQLALCHEMY_MAX_OVERFLOW: String(POOL.overflow),
};

const supervisor = new Supervisor(stateFolder('test', 'pool', 'logs'));
let sample: Sample;
let watcher: Watcher;
let locker: pg.Client;

const seen = <T>(expectation: (snapshot: Snapshot) => T): Promise<T> =>
  vi.waitFor(async () => expectation(await watcher.look()), { timeout: 90_000, interval: 500 });

beforeAll(async () => {
  const python = await pythonEnvironment(supervisor, () => {});
  sample = await startSample(supervisor, python, 'test/pool', SETTINGS);
  process.env.POOL_POSTGRES_PASSWORD = sample.prefect.database.monitor.password;
  process.env.POOL_REDIS_PASSWORD = sample.valkey.password;
  const [installation] = sampleConfig(sample, {
    postgres: { from: 'environment', variable: 'POOL_POSTGRES_PASSWORD' },
    valkey: { from: 'environment', variable: 'POOL_REDIS_PASSWORD' },
  }).installations;
  watcher = new Watcher(installation as InstallationConfig);
  const { name, owner } = sample.prefect.database;
  const { host, port } = sample.postgres;
  locker = new pg.Client({ host, port, database: name, user: owner.user, password: owner.password });
  await locker.connect();
});
afterAll(async () => {
  await locker?.end();
  await supervisor.stopAll();
});

const listRuns = () =>
  fetch(`${sample.prefect.apiUrl}/flow_runs/filter`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"limit": 1}',
  }).then((answer) => answer.status);

const poolIn = ({ database }: Snapshot) => ({ size: database.pool_size, used: database.pool_checked_out });

describe('the pool of a real Prefect server', () => {
  it('is known from outside, and far from used up', async () => {
    const snapshot = await seen((s) => {
      expect(poolIn(s).size).toBeGreaterThanOrEqual(2 * POOL.size);
      return s;
    });
    expect(findingIn(snapshot, 'db-pool-exhausted')).toBeUndefined();
  });

  it('is found used up by requests that wait for a lock, with the lock as the cause, and free again after', async () => {
    await locker.query('BEGIN; LOCK TABLE flow_run IN ACCESS EXCLUSIVE MODE');
    let isLocked = true;
    // Prefect gives up on a request that waits for the lock; those who ask ask again.
    const keepAsking = async () => {
      while (isLocked) await listRuns().catch(() => undefined);
    };
    const requests = Promise.all(Array.from({ length: 2 * (POOL.size + POOL.overflow) }, keepAsking));
    const snapshot = await seen((s) => {
      const finding = findingIn(s, 'db-pool-exhausted');
      expect(finding?.severity).toBe('critical');
      expect(finding?.caused_by).toBe('postgres-lock-contention@postgres/orion');
      return s;
    });
    const evidence = findingIn(snapshot, 'db-pool-exhausted')?.evidence.map((e) => e.text);
    expect(evidence).toContainEqual(expect.stringMatching(/^prefect-api as \w+ from 127\.0\.0\.1: 5 busy/));
    expect(evidence).toContain('in force: pool_size 3, max_overflow 2, pool_timeout 30 s');
    expect(snapshot.root_cause?.finding).toBe('postgres-lock-contention');

    isLocked = false;
    await locker.query('ROLLBACK');
    await requests;
    await seen((s) => {
      expect(findingIn(s, 'db-pool-exhausted')).toBeUndefined();
      expect(findingIn(s, 'prefect-not-ready')).toBeUndefined();
    });
    expect(await listRuns()).toBe(200);
  });
});
