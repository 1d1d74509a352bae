import { describe, expect, it } from 'vitest';
import { ownPrefect } from './own-prefect.ts';
import { ago } from './prefect-database.ts';
import { commandsOf, evidenceOf, judge, readingOf } from './prefect-look.ts';

const prefect = ownPrefect({ emptied: true });

const value = async (signal: string) =>
  (await readingOf(prefect.target, signal, { tier: 'quarter-hour' }))?.value;
const alive = (pool: string, name: string) =>
  prefect.insert('worker', {
    name,
    work_pool_id: pool,
    last_heartbeat_time: ago('5 seconds'),
    status: 'ONLINE',
  });
const gone = (pool: string, name: string) =>
  prefect.insert('worker', {
    name,
    work_pool_id: pool,
    last_heartbeat_time: ago('20 minutes'),
    status: 'OFFLINE',
  });

describe('polling-overhead', () => {
  const scheduled = async (name: string) => {
    const deployment = await prefect.deployment(name);
    await prefect.insert('deployment_schedule', {
      deployment_id: deployment,
      schedule: '{"interval": 240}',
      active: true,
    });
    return deployment;
  };
  /** Runs the scheduler made, one every so many seconds, the last of them a minute ago. */
  const ranEvery = (seconds: number, many: number, deployment: string, took: string) =>
    prefect.runs(many, {
      deployment_id: deployment,
      auto_scheduled: true,
      state_type: 'COMPLETED',
      state_name: 'Completed',
      total_run_time: { sql: `interval '${took}'` },
      expected_start_time: { sql: `now() - interval '1 minute' - i * interval '${seconds} seconds'` },
    });

  it('holds while a deployment looks every few minutes for nothing, and goes away with its schedule', async () => {
    const deployment = await scheduled("bob's inbox");
    await ranEvery(240, 60, deployment, '1 second');
    const verdict = await judge('polling-overhead', prefect.target);
    expect(verdict).toMatchObject({ severity: 'warning', evidence: [{ value: 100, threshold: 90 }, {}] });
    expect(evidenceOf(verdict)).toContain("tides/bob's inbox runs every 4 min; 100 % of its runs");
    expect(commandsOf(verdict)).toContain(`prefect deployment schedule ls 'tides/bob'\\''s inbox'`);

    await prefect.client.query('UPDATE deployment_schedule SET active = false');
    expect(await judge('polling-overhead', prefect.target)).toBeNull();
  });

  it('does not hold where its runs have something to do, or are further apart', async () => {
    const works = await scheduled('works');
    await ranEvery(120, 50, works, '40 seconds');
    await ranEvery(120, 10, works, '1 second');
    expect(await value('postgres.deployments.polling_short_percent')).toBeCloseTo(100 / 6);
    const rare = await scheduled('rare');
    await ranEvery(301, 60, rare, '1 second');
    expect(await judge('polling-overhead', prefect.target)).toBeNull();
  });

  it('does not hold before it polled for an hour and a half', async () => {
    await ranEvery(60, 90, await scheduled('new'), '1 second');
    expect(await value('postgres.deployments.polling_short_percent')).toBe(0);
    await ranEvery(60, 93, await scheduled('old'), '1 second');
    expect(await judge('polling-overhead', prefect.target)).toMatchObject({ severity: 'warning' });
  });
});

describe('push-pool-fits', () => {
  const burst = (queue: string, deployment: string, many: number, row = {}) =>
    prefect.runs(many, {
      deployment_id: deployment,
      work_queue_id: queue,
      auto_scheduled: false,
      state_type: 'COMPLETED',
      state_name: 'Completed',
      expected_start_time: { sql: "date_trunc('minute', now() - interval '1 hour')" },
      start_time: { sql: "date_trunc('minute', now() - interval '1 hour') + interval '200 seconds'" },
      ...row,
    });

  it('is a hint while bursts reach a pool whose workers poll, and goes away once a push pool takes them', async () => {
    const { pool, queue } = await prefect.pool('events', { type: 'ecs' });
    const deployment = await prefect.deployment('on-file', { work_queue_id: queue });
    await burst(queue, deployment, 49);
    expect(await judge('push-pool-fits', prefect.target)).toBeNull();
    await burst(queue, deployment, 1);
    const verdict = await judge('push-pool-fits', prefect.target);
    expect(verdict).toMatchObject({ severity: 'info', evidence: [{ value: 50, threshold: 50 }, {}] });
    expect(evidenceOf(verdict)).toContain('they waited 3.3 min on average');
    expect(commandsOf(verdict)).toEqual([
      'prefect work-pool create events-push --type ecs:push',
      'prefect work-pool provision-infra events-push',
      'prefect work-pool set-concurrency-limit events-push 100',
    ]);
    await prefect.client.query("UPDATE work_pool SET type = 'ecs:push' WHERE id = $1", [pool]);
    expect(await judge('push-pool-fits', prefect.target)).toBeNull();
  });

  it('does not hold for runs the scheduler made, nor where every minute is as busy', async () => {
    const { queue } = await prefect.pool('steady');
    const deployment = await prefect.deployment('steady', { work_queue_id: queue });
    await burst(queue, deployment, 200, { auto_scheduled: true });
    expect(await value('postgres.work_pools.busiest_minute_runs')).toBe(0);
    await burst(queue, deployment, 60 * 355, {
      expected_start_time: {
        sql: "date_trunc('minute', now() - interval '1 minute') - (i % 355) * interval '1 minute'",
      },
    });
    expect(await value('postgres.work_pools.busiest_minute_runs')).toBe(60);
    expect(await judge('push-pool-fits', prefect.target)).toBeNull();
  });
});

describe('worker-overload-deployments', () => {
  const deployments = (many: number, queue: string) =>
    prefect.client.query(
      `INSERT INTO deployment (name, flow_id, work_queue_id)
       SELECT 'd' || gen_random_uuid(), (SELECT id FROM flow LIMIT 1), $1 FROM generate_series(1, ${many})`,
      [queue],
    );

  it('is information above 3,500 deployments, critical once workers go away, and gone once the pool is split', async () => {
    const { pool, queue } = await prefect.pool('big');
    await alive(pool, 'a');
    await deployments(3499, queue);
    expect(await judge('worker-overload-deployments', prefect.target)).toBeNull();
    await deployments(1, queue);
    expect(await judge('worker-overload-deployments', prefect.target)).toMatchObject({
      severity: 'info',
      evidence: [{ value: 3500, threshold: 3500 }],
    });

    await gone(pool, 'b');
    expect(await judge('worker-overload-deployments', prefect.target)).toMatchObject({ severity: 'info' });
    await gone(pool, 'c');
    const verdict = await judge('worker-overload-deployments', prefect.target);
    expect(verdict).toMatchObject({ severity: 'critical' });
    expect(evidenceOf(verdict)).toContain('1 of its workers are alive, 2 fell silent within the hour');
    expect(commandsOf(verdict)).toContain('prefect work-pool create big-2 --type kubernetes');

    const other = await prefect.pool('big-2');
    await prefect.client.query(
      'UPDATE deployment SET work_queue_id = $1 WHERE id IN (SELECT id FROM deployment LIMIT 1000)',
      [other.queue],
    );
    expect(await judge('worker-overload-deployments', prefect.target)).toBeNull();
  });

  it('does not hold for a pool of another type', async () => {
    const { queue } = await prefect.pool('processes', { type: 'process' });
    await deployments(4000, queue);
    expect(await judge('worker-overload-deployments', prefect.target)).toBeNull();
  });
});

describe('idle-serverless-worker', () => {
  it('holds while workers of a serverless pool ask in vain, and goes away with a run or with the workers', async () => {
    const { pool, queue } = await prefect.pool('lambda-like', { type: 'ecs', created: ago('30 days') });
    expect(await judge('idle-serverless-worker', prefect.target)).toBeNull();
    await alive(pool, 'a');
    const verdict = await judge('idle-serverless-worker', prefect.target);
    expect(verdict).toMatchObject({ severity: 'warning' });
    expect(evidenceOf(verdict)).toContain('lambda-like (ecs): 1 workers alive, no run due for 2 d');
    expect(commandsOf(verdict)).toContain('prefect worker start --pool lambda-like --run-once');

    await prefect.runs(1, {
      state_type: 'COMPLETED',
      state_name: 'Completed',
      work_queue_id: queue,
      expected_start_time: ago('27 hours'),
    });
    expect(await judge('idle-serverless-worker', prefect.target)).toMatchObject({ severity: 'warning' });
    await prefect.client.query("UPDATE flow_run SET expected_start_time = now() - interval '25 hours'");
    expect(await judge('idle-serverless-worker', prefect.target)).toBeNull();

    await prefect.client.query('DELETE FROM flow_run; DELETE FROM worker');
    expect(await judge('idle-serverless-worker', prefect.target)).toBeNull();
  });

  it('does not hold for a new pool, nor for one whose machines are there anyway', async () => {
    const fresh = await prefect.pool('fresh', { type: 'cloud-run', created: ago('1 hour') });
    await alive(fresh.pool, 'a');
    const own = await prefect.pool('own', { type: 'process', created: ago('30 days') });
    await alive(own.pool, 'b');
    expect(await judge('idle-serverless-worker', prefect.target)).toBeNull();
    expect(await value('postgres.work_pools.serverless_idle_seconds')).toBeCloseTo(3600, -1);
  });
});

describe('worker-imbalance', () => {
  const running = (many: number, queue: string, worker: string) =>
    prefect.runs(many, {
      state_type: 'RUNNING',
      state_name: 'Running',
      work_queue_id: queue,
      labels: JSON.stringify({ 'prefect.worker.name': worker, 'prefect.worker.type': 'process' }),
    });

  it('holds while one worker has four times the runs of the others, and goes away once they share', async () => {
    const { pool, queue } = await prefect.pool("ann's pool", { type: 'process' });
    for (const name of ['a', 'b', 'c']) await alive(pool, name);
    await running(11, queue, 'a');
    await running(6, queue, 'b');
    expect(await value('postgres.workers.busiest_times_others')).toBeCloseTo(11 / 3);
    expect(await judge('worker-imbalance', prefect.target)).toBeNull();

    await running(1, queue, 'a');
    const verdict = await judge('worker-imbalance', prefect.target);
    expect(verdict).toMatchObject({ severity: 'warning', evidence: [{ value: 4, threshold: 4 }, {}] });
    expect(evidenceOf(verdict)).toContain("a has 12 runs under way; the other 2 of ann's pool have 3.0");
    expect(commandsOf(verdict)).toContain(`prefect worker start --pool 'ann'\\''s pool' --limit 6`);

    await running(12, queue, 'c');
    expect(await judge('worker-imbalance', prefect.target)).toBeNull();
  });

  it('does not hold for one worker, for a handful of runs, or beside a worker that is gone', async () => {
    const { pool, queue } = await prefect.pool('small', { type: 'process' });
    await alive(pool, 'a');
    await gone(pool, 'b');
    await running(40, queue, 'a');
    expect(await judge('worker-imbalance', prefect.target)).toBeNull();
    await prefect.client.query('DELETE FROM flow_run');
    await alive(pool, 'c');
    await running(9, queue, 'a');
    expect(await judge('worker-imbalance', prefect.target)).toBeNull();
  });
});
