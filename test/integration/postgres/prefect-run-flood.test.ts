import { describe, expect, it } from 'vitest';
import type { Tier } from '../../../lib/model/report.ts';
import { ownPrefect } from './own-prefect.ts';
import { ago } from './prefect-database.ts';
import { commandsOf, evidenceOf, judge, readingOf } from './prefect-look.ts';

const prefect = ownPrefect();

const valueIn = async (signal: string, tier: Tier = 'minute') =>
  (await readingOf(prefect.target, signal, { tier }))?.value;

describe('run-flood-unlimited', () => {
  const run = { state_type: 'COMPLETED', state_name: 'Completed' } as const;
  let pool: string;
  let queue: string;
  let deployment: string;
  const burst = (many: number) =>
    prefect.runs(many, {
      ...run,
      deployment_id: deployment,
      expected_start_time: { sql: 'now()' },
    });
  /** As often as `perMinute` over the day before the last hour. */
  const usually = (perMinute: number) =>
    prefect.runs(perMinute * 1440, {
      ...run,
      deployment_id: deployment,
      created: ago('2 hours'),
      updated: ago('2 hours'),
      expected_start_time: {
        sql: `now() - interval '1 hour' - i * interval '${86_000 / (perMinute * 1440)} seconds'`,
      },
    });

  it('holds while a deployment without any limit is asked for ten times as often as ever', async () => {
    await prefect.empty();
    ({ pool, queue } = await prefect.pool('floods'));
    deployment = await prefect.deployment('alerts', { work_queue_id: queue, created: ago('3 days') });
    await burst(400);
    const verdict = await judge('run-flood-unlimited', prefect.target);
    expect(verdict).toMatchObject({ severity: 'critical', evidence: [{ value: 80, threshold: 30 }, {}] });
    expect(evidenceOf(verdict)).toContain('tides/alerts: 80 runs a minute, usually 0.0');
    expect(commandsOf(verdict)).toEqual([
      'prefect work-queue set-concurrency-limit default 80 --pool floods',
      'prefect work-pool set-concurrency-limit floods 80',
    ]);
  });

  it('goes away once the pool has a limit, or the queue, or the deployment itself', async () => {
    await prefect.client.query('UPDATE work_pool SET concurrency_limit = 80 WHERE id = $1', [pool]);
    expect(await judge('run-flood-unlimited', prefect.target)).toBeNull();
    await prefect.client.query('UPDATE work_pool SET concurrency_limit = NULL WHERE id = $1', [pool]);
    expect(await judge('run-flood-unlimited', prefect.target)).toMatchObject({ severity: 'critical' });
    await prefect.client.query('UPDATE work_queue SET concurrency_limit = 80 WHERE id = $1', [queue]);
    expect(await judge('run-flood-unlimited', prefect.target)).toBeNull();
    await prefect.client.query('UPDATE work_queue SET concurrency_limit = NULL WHERE id = $1', [queue]);
    const limit = await prefect.insert('concurrency_limit_v2', {
      name: `deployment:${deployment}`,
      active: true,
      limit: 5,
      active_slots: 0,
      denied_slots: 0,
      slot_decay_per_second: 0,
      avg_slot_occupancy_seconds: 2,
    });
    await prefect.client.query('UPDATE deployment SET concurrency_limit_id = $1', [limit]);
    expect(await judge('run-flood-unlimited', prefect.target)).toBeNull();
    await prefect.client.query('UPDATE deployment SET concurrency_limit_id = NULL');
  });

  it('does not hold for a deployment that is asked for nearly that often every day', async () => {
    await usually(8);
    expect(await judge('run-flood-unlimited', prefect.target)).toBeNull();
    expect(await valueIn('postgres.flow_runs.usual_per_minute', 'quarter-hour')).toBeCloseTo(8, 0);
  });

  it('does not take what the scheduler made ahead of time for a flood', async () => {
    await prefect.empty();
    ({ queue } = await prefect.pool('calm'));
    deployment = await prefect.deployment('hourly', { work_queue_id: queue, created: ago('3 days') });
    await prefect.runs(400, {
      state_type: 'SCHEDULED',
      state_name: 'Scheduled',
      auto_scheduled: true,
      deployment_id: deployment,
    });
    expect(await judge('run-flood-unlimited', prefect.target)).toBeNull();
    expect(await valueIn('postgres.flow_runs.created_per_minute')).toBe(80);
    expect(await valueIn('postgres.flow_runs.busiest_deployment_per_minute')).toBe(0);
  });

  it('does not judge a deployment that has no history yet', async () => {
    await prefect.empty();
    ({ queue } = await prefect.pool('new'));
    deployment = await prefect.deployment('backfill', { work_queue_id: queue });
    await burst(400);
    expect(await valueIn('postgres.flow_runs.busiest_deployment_per_minute')).toBe(80);
    expect(await judge('run-flood-unlimited', prefect.target)).toBeNull();
  });
});
