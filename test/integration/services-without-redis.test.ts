import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseConfig } from '../../lib/config/define.ts';
import type { InstallationConfig } from '../../lib/config/schema.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { stateFolder } from '../../local/parts/places.ts';
import { startPostgres } from '../../local/parts/postgres.ts';
import { pythonEnvironment } from '../../local/parts/python.ts';
import { Supervisor } from '../../local/parts/supervisor.ts';
import { PrefectAlone } from './prefect-alone.ts';
import { findingIn, serviceIn, Watcher } from './watcher.ts';

const supervisor = new Supervisor(stateFolder('test', 'alone', 'logs'));
let prefect: PrefectAlone;
let watcher: Watcher;

/** Those given something to do here, each with what it is then seen to have done. */
const GIVEN_WORK = {
  monitor_late_runs: 'late_runs_marked',
  monitor_worker_health: 'workers_marked_offline',
  monitor_expired_pauses: 'expired_pauses_failed',
  schedule_recent_deployments: undefined,
} as const;
/** These leave no trace of their work in PostgreSQL. */
const TRACELESS = [
  'monitor_expired_leases',
  'reconcile_cleanup_delivery',
  'evaluate_proactive_triggers_periodic',
];

/** Looks again and again until what is seen is as expected. */
const seen = <T>(expectation: (snapshot: Snapshot) => T, withinSeconds: number): Promise<T> =>
  vi.waitFor(async () => expectation(await watcher.look()), {
    timeout: withinSeconds * 1000,
    interval: 500,
  });

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

/** Gives the services something to do: a run that is late, one paused for too long, a worker gone, a new schedule. */
async function giveWork(round: string): Promise<void> {
  const flow = await prefect.post<{ id: string }>('/flows/', { name: 'tides' });
  const run = (state: object) => prefect.post<{ id: string }>('/flow_runs/', { flow_id: flow.id, state });
  await run({ type: 'SCHEDULED', state_details: { scheduled_time: inSeconds(0) } });
  const paused = await run({ type: 'RUNNING' });
  await prefect.post(`/flow_runs/${paused.id}/set_state`, {
    state: { type: 'PAUSED', state_details: { pause_timeout: inSeconds(1) } },
    force: true,
  });
  const pool = `pool-${round}`;
  await prefect.post('/work_pools/', { name: pool, type: 'process' });
  await prefect.post(`/work_pools/${pool}/workers/heartbeat`, {
    name: 'gone',
    heartbeat_interval_seconds: 1,
  });
  await prefect.post('/deployments/', {
    name: `hourly-${round}`,
    flow_id: flow.id,
    paused: false,
    schedules: [{ active: true, schedule: { interval: 3600, timezone: 'UTC' } }],
  });
}

/** What a client says of a task it runs. */
const tellOfTask = () =>
  prefect.post('/events', [
    {
      id: randomUUID(),
      occurred: inSeconds(0),
      event: 'prefect.task-run.Running',
      resource: {
        'prefect.resource.id': `prefect.task-run.${randomUUID()}`,
        'prefect.orchestration': 'client',
      },
      payload: {
        validated_state: { type: 'RUNNING', name: 'Running' },
        task_run: { name: 'wash', task_key: 'wash', dynamic_key: '0' },
      },
    },
  ]);

const statuses = (snapshot: Snapshot, names: readonly string[]) =>
  names.map((name) => serviceIn(snapshot, name)?.status);
const all = <S>(names: readonly string[], status: S) => names.map(() => status);
const WORKING = Object.keys(GIVEN_WORK);

beforeAll(async () => {
  const python = await pythonEnvironment(supervisor, () => {});
  const postgres = await startPostgres(supervisor, { folder: stateFolder('test', 'alone', 'postgres') });
  prefect = await PrefectAlone.prepare(supervisor, python, postgres, stateFolder('test', 'alone', 'prefect'));
  await prefect.run({ services: true });
  process.env.ALONE_POSTGRES_PASSWORD = prefect.database.monitor.password;
  const [installation] = parseConfig({
    installations: [
      {
        name: 'alone',
        postgres: [
          {
            name: 'orion',
            host: postgres.host,
            port: postgres.port,
            database: prefect.database.name,
            user: prefect.database.monitor.user,
            password: { from: 'environment', variable: 'ALONE_POSTGRES_PASSWORD' },
            tls: { mode: 'off' },
          },
        ],
        prefect: [{ apiUrl: prefect.apiUrl }],
      },
    ],
  }).installations;
  watcher = new Watcher(installation as InstallationConfig);
});
afterAll(() => supervisor.stopAll());

describe('the background services of a Prefect without Redis', () => {
  it('are healthy while nothing waits for them, and unknown where that could not be seen', async () => {
    const snapshot = await watcher.look();
    const { perpetual, consumer } = snapshot.services;
    for (const service of [...perpetual, ...consumer])
      expect(service.details.source, service.name).toBe('database effects');
    expect(snapshot.docket).toMatchObject({ backend: 'memory', pending_tasks: null });
    expect(statuses(snapshot, WORKING)).toEqual(all(WORKING, 'healthy'));
    expect(statuses(snapshot, ['EventPersister', 'TaskRunRecorder'])).toEqual(['healthy', 'healthy']);
    expect(statuses(snapshot, TRACELESS)).toEqual(all(TRACELESS, 'unknown'));
    expect(serviceIn(snapshot, 'monitor_expired_leases')?.details).toMatchObject({
      unknown: 'not-collected',
      unknown_detail: 'what this service does or fails to do leaves no trace in PostgreSQL',
    });
    expect(serviceIn(snapshot, 'monitor_late_runs')?.expected_interval_seconds).toBe(2);
  });

  it('are seen doing what they are given', async () => {
    await giveWork('first');
    await tellOfTask();
    const snapshot = await seen((s) => {
      for (const [service, deed] of Object.entries(GIVEN_WORK))
        if (deed !== undefined) expect(Number(serviceIn(s, service)?.details[deed]), service).toBe(1);
      expect(Number(serviceIn(s, 'schedule_deployments')?.details.runs_scheduled)).toBeGreaterThanOrEqual(3);
      for (const consumer of ['EventPersister', 'TaskRunRecorder'])
        expect(serviceIn(s, consumer)?.details.newest_row_seconds, consumer).toBeLessThan(60);
      expect(statuses(s, WORKING)).toEqual(all(WORKING, 'healthy'));
      return s;
    }, 60);
    const marked = Date.parse(serviceIn(snapshot, 'monitor_late_runs')?.last_heartbeat ?? '');
    expect(Math.abs(Date.now() - marked)).toBeLessThan(60_000);
    expect(statuses(snapshot, ['EventPersister', 'TaskRunRecorder'])).toEqual(['healthy', 'healthy']);
  });

  it('are found by what they leave undone when the server runs without them', async () => {
    await prefect.run({ services: false });
    await giveWork('second');
    const course = new Map<string, string[]>(WORKING.map((name) => [name, []]));
    const snapshot = await seen((s) => {
      for (const [name, passed] of course) {
        const status = serviceIn(s, name)?.status ?? 'none';
        if (passed.at(-1) !== status) passed.push(status);
      }
      expect(statuses(s, WORKING)).toEqual(all(WORKING, 'error'));
      expect(serviceIn(s, 'EventPersister')?.status).toBe('error');
      return s;
    }, 120);
    for (const [name, passed] of course)
      expect(passed.join(' '), name).toMatch(/^(healthy )?degraded error$/);
    expect(serviceIn(snapshot, 'TaskRunRecorder')?.status).toBe('unknown');
    expect(statuses(snapshot, TRACELESS)).toEqual(all(TRACELESS, 'unknown'));

    const undone = await seen((s) => {
      expect(findingIn(s, 'late-runs-unmarked')?.severity).toBe('warning');
      expect(findingIn(s, 'events-not-recorded')?.severity).toBe('critical');
      expect(findingIn(s, 'background-work-undone')?.severity).toBe('critical');
      return findingIn(s, 'background-work-undone');
    }, 60);
    const told = undone?.evidence.map((e) => e.text.split(' ')[0]);
    expect(told).toEqual(['schedule_recent_deployments', 'monitor_expired_pauses']);
  });

  it('are healthy again once they are back', async () => {
    await prefect.run({ services: true });
    await seen((s) => {
      expect(statuses(s, WORKING)).toEqual(all(WORKING, 'healthy'));
      expect(statuses(s, ['EventPersister', 'TaskRunRecorder'])).toEqual(['healthy', 'healthy']);
      for (const id of ['late-runs-unmarked', 'events-not-recorded', 'background-work-undone'])
        expect(findingIn(s, id), id).toBeUndefined();
    }, 90);
  });
});
