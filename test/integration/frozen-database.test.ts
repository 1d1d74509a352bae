import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InstallationConfig } from '../../lib/config/schema.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { stateFolder } from '../../local/parts/places.ts';
import { pythonEnvironment } from '../../local/parts/python.ts';
import { Supervisor } from '../../local/parts/supervisor.ts';
import { type Sample, sampleConfig, startSample } from '../../local/sample.ts';
import { findingIn, Watcher } from './watcher.ts';

/** An installation of this file's own, for nobody can write to its database while this goes on. */
const supervisor = new Supervisor(stateFolder('test', 'frozen', 'logs'));
let sample: Sample;
let watcher: Watcher;
let holder: Client;

/** Who polls a pool makes the API add two tasks to its docket, and its worker takes ten at a time. */
const POOLS = Array.from({ length: 100 }, (_, index) => `pool-${index}`);
const POLLED_A_LOOK = 8;

/** What Prefect's tasks write. They can all be read, so that work goes on coming in: only nothing gets done. */
const LOCK = 'LOCK TABLE work_queue, deployment, flow_run, worker IN SHARE ROW EXCLUSIVE MODE';

const post = (path: string, body: unknown) =>
  fetch(`${sample.prefect.apiUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const poll = (pool: string) => post(`/work_pools/${pool}/get_scheduled_flow_runs`, {});

/** Looks again and again until what is seen is as expected; `meanwhile` goes on before every look. */
const seen = (
  expectation: (snapshot: Snapshot) => void,
  meanwhile: () => Promise<unknown> = async () => {},
): Promise<void> =>
  vi.waitFor(
    async () => {
      await meanwhile();
      expectation(await watcher.look());
    },
    { timeout: 80_000, interval: 500 },
  );

const isQuiet = (snapshot: Snapshot) => {
  expect(snapshot.findings.filter((f) => f.severity !== 'info')).toEqual([]);
  expect(snapshot.docket).toMatchObject({ status: 'healthy', backend: 'redis' });
  expect(snapshot.docket.pending_tasks).toBeLessThan(20);
};

beforeAll(async () => {
  sample = await startSample(supervisor, await pythonEnvironment(supervisor, () => {}), 'test/frozen');
  process.env.FROZEN_POSTGRES_PASSWORD = sample.prefect.database.monitor.password;
  process.env.FROZEN_REDIS_PASSWORD = sample.valkey.password;
  const [installation] = sampleConfig(sample, {
    postgres: { from: 'environment', variable: 'FROZEN_POSTGRES_PASSWORD' },
    valkey: { from: 'environment', variable: 'FROZEN_REDIS_PASSWORD' },
  }).installations;
  watcher = new Watcher(installation as InstallationConfig);
  const { host, port } = sample.postgres;
  const { owner, name } = sample.prefect.database;
  holder = new Client({ host, port, ...owner, database: name, application_name: 'forgotten-migration' });
  await holder.connect();
  for (const name of POOLS) await post('/work_pools/', { name, type: 'process' });
});
afterAll(async () => {
  await holder?.end();
  await supervisor.stopAll();
});

describe('a database that takes no more writes', () => {
  it('is quiet before', () => seen(isQuiet));

  it('lets work pile up in docket, which is told with its slope and with the lock as its cause', async () => {
    await holder.query('BEGIN');
    await holder.query(LOCK);
    const unpolled = [...POOLS];
    const goOn = () => Promise.all(unpolled.splice(0, POLLED_A_LOOK).map(poll));
    await seen((snapshot) => {
      const piledUp = findingIn(snapshot, 'docket-backlog-growing');
      expect(piledUp?.evidence.map((e) => e.text)).toEqual([
        expect.stringMatching(
          /^docket prefect-server: \d{3} tasks should have begun, \d+ more each minute; the first has waited \d+ s$/,
        ),
      ]);
      expect(piledUp).toMatchObject({
        severity: 'warning',
        caused_by: 'postgres-lock-contention@postgres/orion',
      });
      const waiting = findingIn(snapshot, 'postgres-lock-contention');
      expect(waiting?.evidence.map((e) => e.text).join('\n')).toContain('forgotten-migration');
      expect(snapshot.docket.status).toBe('warning');
      expect(snapshot.root_cause?.finding).toBe('postgres-lock-contention');
    }, goOn);
  });

  it('is quiet again once the lock is gone and the work is done', async () => {
    await holder.query('ROLLBACK');
    await seen(isQuiet);
  });
});
