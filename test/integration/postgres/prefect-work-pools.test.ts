import { describe, expect, it } from 'vitest';
import { ownPrefect } from './own-prefect.ts';
import { ago } from './prefect-database.ts';
import { commandsOf, evidenceOf, judge, readingOf, reportOf } from './prefect-look.ts';

const prefect = ownPrefect({ emptied: true });

const valueIn = async (signal: string, label?: string) =>
  (await readingOf(prefect.target, signal, label === undefined ? {} : { label }))?.value;
const worker = (pool: string, name: string, silent: string, status: 'ONLINE' | 'OFFLINE', every = 30) =>
  prefect.insert('worker', {
    name,
    work_pool_id: pool,
    last_heartbeat_time: ago(silent),
    heartbeat_interval_seconds: every,
    status,
  });

describe('pool-slots-held-by-pending', () => {
  const pending = (queue: string, since: string) =>
    ({
      state_type: 'PENDING',
      state_name: 'Submitting',
      state_timestamp: ago(since),
      work_queue_id: queue,
    }) as const;
  const late = (queue: string) =>
    ({
      state_type: 'SCHEDULED',
      state_name: 'Late',
      next_scheduled_start_time: ago('5 minutes'),
      work_queue_id: queue,
    }) as const;

  it('holds while a pool is full, runs are late and old PENDING runs hold slots; it names pool and runs', async () => {
    const { queue } = await prefect.pool("kate's pool", { concurrency_limit: 5 });
    await prefect.runs(2, pending(queue, '15 minutes'));
    await prefect.runs(3, {
      state_type: 'RUNNING',
      state_name: 'Running',
      state_timestamp: ago('1 minute'),
      work_queue_id: queue,
    });
    await prefect.runs(4, late(queue));
    const verdict = await judge('pool-slots-held-by-pending', prefect.target);
    expect(verdict).toMatchObject({ severity: 'critical', evidence: [{ value: 1, threshold: 1 }, {}] });
    expect(evidenceOf(verdict)).toContain(
      "kate's pool: 5 of 5 slots taken, 2 of them by runs PENDING for over 10 min; 4 runs late",
    );
    expect(commandsOf(verdict)).toContain(`prefect work-pool set-concurrency-limit 'kate'\\''s pool' 7`);
    expect(commandsOf(verdict).filter((c) => c.startsWith('prefect flow-run cancel '))).toHaveLength(2);
    expect(await valueIn('postgres.work_pool.slots_used_percent', "kate's pool")).toBe(100);
  });

  it('goes away once the PENDING runs are cancelled, or nothing waits, or the limit is raised', async () => {
    const { pool, queue } = await prefect.pool('full', { concurrency_limit: 2 });
    await prefect.runs(2, pending(queue, '15 minutes'));
    await prefect.runs(1, late(queue));
    expect(await judge('pool-slots-held-by-pending', prefect.target)).toMatchObject({ severity: 'critical' });

    await prefect.client.query('UPDATE work_pool SET concurrency_limit = 4 WHERE id = $1', [pool]);
    expect(await judge('pool-slots-held-by-pending', prefect.target)).toBeNull();
    await prefect.client.query('UPDATE work_pool SET concurrency_limit = 2 WHERE id = $1', [pool]);

    await prefect.client.query("UPDATE flow_run SET state_type = 'CANCELLED' WHERE state_type = 'PENDING'");
    expect(await judge('pool-slots-held-by-pending', prefect.target)).toBeNull();
  });

  it('does not hold for a full pool whose runs have only just become PENDING', async () => {
    const { queue } = await prefect.pool('busy', { concurrency_limit: 2 });
    await prefect.runs(2, pending(queue, '2 minutes'));
    await prefect.runs(1, late(queue));
    expect(await judge('pool-slots-held-by-pending', prefect.target)).toBeNull();
  });

  it('knows no share of slots where no pool has a limit', async () => {
    await prefect.pool('free');
    expect(await readingOf(prefect.target, 'postgres.work_pool.slots_used_percent')).toMatchObject({
      value: null,
      unknown: { reason: 'missing', detail: 'no work pool has a concurrency limit' },
    });
  });
});

describe('work-pool-not-ready', () => {
  it('holds while a pool with deployments is not ready, and is critical once runs wait', async () => {
    const { pool, queue } = await prefect.pool('batch', { status: 'NOT_READY' });
    expect(await judge('work-pool-not-ready', prefect.target)).toBeNull();

    await prefect.deployment('nightly', { work_queue_id: queue });
    const verdict = await judge('work-pool-not-ready', prefect.target);
    expect(verdict).toMatchObject({ severity: 'warning' });
    expect(commandsOf(verdict)).toContain('prefect worker start --pool batch');

    await prefect.runs(3, {
      state_type: 'SCHEDULED',
      state_name: 'Late',
      next_scheduled_start_time: ago('5 minutes'),
      work_queue_id: queue,
    });
    const worse = await judge('work-pool-not-ready', prefect.target);
    expect(worse).toMatchObject({ severity: 'critical' });
    expect(evidenceOf(worse)).toContain('batch: 0 workers alive, 3 runs late');

    await prefect.client.query("UPDATE work_pool SET status = 'READY' WHERE id = $1", [pool]);
    expect(await judge('work-pool-not-ready', prefect.target)).toBeNull();
    expect(await valueIn('postgres.work_pools', 'READY')).toBe(1);
    expect(await valueIn('postgres.work_pools', 'NOT_READY')).toBe(0);
  });

  it('does not hold for a pool that is paused, or that needs no worker', async () => {
    const paused = await prefect.pool('paused', { status: 'NOT_READY', is_paused: true });
    const push = await prefect.pool('push', { status: 'NOT_READY', type: 'cloud-run:push' });
    await prefect.deployment('a', { work_queue_id: paused.queue });
    await prefect.deployment('b', { work_queue_id: push.queue });
    expect(await judge('work-pool-not-ready', prefect.target)).toBeNull();
  });
});

describe('workers-stale', () => {
  it('holds while a silent worker is listed ONLINE longer than Foreman would need', async () => {
    const { pool } = await prefect.pool('batch');
    await worker(pool, 'alive', '10 seconds', 'ONLINE');
    await worker(pool, 'patient', '4 minutes', 'ONLINE', 120);
    await worker(pool, 'retired', '20 days', 'OFFLINE');
    await worker(pool, 'dead', '2 minutes', 'ONLINE');
    expect(await judge('workers-stale', prefect.target)).toBeNull();
    expect(await valueIn('postgres.workers.fresh')).toBe(2);
    expect(await valueIn('postgres.workers.stale')).toBe(1);

    await prefect.client.query(
      "UPDATE worker SET last_heartbeat_time = now() - interval '3 hours' WHERE name = 'dead'",
    );
    const verdict = await judge('workers-stale', prefect.target);
    expect(verdict).toMatchObject({ severity: 'warning', evidence: [{ value: 1, threshold: 1 }, {}] });
    expect(evidenceOf(verdict)).toContain('dead in batch: no heartbeat for 3 h');
    expect(commandsOf(verdict)).toContain('prefect work-pool inspect batch');
  });

  it('goes away once Foreman lists it OFFLINE', async () => {
    const { pool } = await prefect.pool('batch');
    await worker(pool, 'dead', '3 hours', 'ONLINE');
    expect(await judge('workers-stale', prefect.target)).toMatchObject({ severity: 'warning' });
    await prefect.client.query("UPDATE worker SET status = 'OFFLINE'");
    expect(await judge('workers-stale', prefect.target)).toBeNull();
    expect(await valueIn('postgres.workers.stale')).toBe(1);
  });
});

describe('queues nobody asks', () => {
  it('count while their pool has a live worker and they were asked before', async () => {
    const { pool, queue } = await prefect.pool('batch');
    const polled = (since: string) =>
      prefect.client.query(`UPDATE work_queue SET last_polled = now() - interval '${since}' WHERE id = $1`, [
        queue,
      ]);
    await polled('10 minutes');
    expect(await valueIn('postgres.work_queues.unpolled')).toBe(0);
    await worker(pool, 'alive', '5 seconds', 'ONLINE');
    expect(await valueIn('postgres.work_queues.unpolled')).toBe(1);
    const { facts } = await reportOf(prefect.target, 'minute');
    expect(facts.work_queues_unpolled).toEqual([{ pool: 'batch', queues: ['default'] }]);
    await polled('20 seconds');
    expect(await valueIn('postgres.work_queues.unpolled')).toBe(0);
  });
});
