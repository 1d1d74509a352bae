import { describe, expect, it } from 'vitest';
import { ownPrefect } from './own-prefect.ts';
import { ago } from './prefect-database.ts';
import { commandsOf, evidenceOf, judge, readingOf } from './prefect-look.ts';

const prefect = ownPrefect({ emptied: true });

/** Runs that ended so long ago, having waited for their pod and run for so many seconds. */
async function ended(
  queue: string,
  many: number,
  startSeconds: number,
  runSeconds: number,
  since = '5 minutes',
) {
  await prefect.runs(many, {
    state_type: 'COMPLETED',
    state_name: 'Completed',
    work_queue_id: queue,
    end_time: ago(since),
    total_run_time: { sql: `interval '${runSeconds} seconds'` },
  });
  await prefect.client.query(
    `INSERT INTO flow_run_state (flow_run_id, type, name, timestamp)
     SELECT r.id, s.type::state_type, s.type, r.end_time - s.before * interval '1 second'
     FROM flow_run r,
          (VALUES ('SCHEDULED', $1::float8 + 60), ('PENDING', $1), ('RUNNING', $2), ('COMPLETED', 0)) AS s (type, before)
     WHERE NOT EXISTS (SELECT FROM flow_run_state o WHERE o.flow_run_id = r.id)`,
    [startSeconds + runSeconds, runSeconds],
  );
}

const overhead = async () =>
  (await readingOf(prefect.target, 'postgres.work_pools.start_overhead_percent', { tier: 'quarter-hour' }))
    ?.value;

describe('worker-pod-overhead', () => {
  it('holds where half of the runs wait for their pod longer than half of what they then take', async () => {
    const { queue } = await prefect.pool("kate's pool");
    await ended(queue, 9, 30, 40);
    await ended(queue, 3, 1, 4_000);
    const verdict = await judge('worker-pod-overhead', prefect.target);
    expect(verdict).toMatchObject({ severity: 'info', status: 'healthy', evidence: [{ value: 75 }, {}] });
    expect(evidenceOf(verdict)).toContain("kate's pool: 12 runs, 30 s to start, 40 s to run");
    expect(commandsOf(verdict)).toContain(`prefect work-pool inspect 'kate'\\''s pool'`);
  });

  it('does not hold where runs are long for their start', async () => {
    const { queue } = await prefect.pool('long');
    await ended(queue, 10, 30, 61);
    expect(await judge('worker-pod-overhead', prefect.target)).toBeNull();
    expect(await overhead()).toBeCloseTo(49.2, 1);
  });

  it.each([
    ['too few to speak of', 'kubernetes', 9, '5 minutes'],
    ['of a pool without pods', 'process', 20, '5 minutes'],
    ['of another hour', 'kubernetes', 20, '61 minutes'],
  ])('leaves out runs that are %s', async (_, type, many, since) => {
    const { queue } = await prefect.pool('other', { type });
    await ended(queue, many, 30, 1, since);
    expect(await overhead()).toBe(0);
    expect(await judge('worker-pod-overhead', prefect.target)).toBeNull();
  });

  it('counts the first start of a run that was tried again', async () => {
    const { queue } = await prefect.pool('again');
    await ended(queue, 10, 30, 40);
    await prefect.client.query(
      `INSERT INTO flow_run_state (flow_run_id, type, name, timestamp)
       SELECT id, s.type::state_type, s.type, end_time - s.before * interval '1 second'
       FROM flow_run, (VALUES ('PENDING', 9), ('RUNNING', 1)) AS s (type, before)`,
    );
    expect(await overhead()).toBe(75);
  });
});
