import { describe, expect, it } from 'vitest';
import type { Tier } from '../../../lib/model/report.ts';
import { ownPrefect } from './own-prefect.ts';
import { ago, ahead } from './prefect-database.ts';
import { judge, readingOf, reportOf, valuesOf } from './prefect-look.ts';
import { PASSWORD } from './server.ts';

const prefect = ownPrefect();

const valueIn = async (signal: string) => (await readingOf(prefect.target, signal))?.value;
const byState = (tier: Tier) => valuesOf(prefect.target, 'postgres.flow_runs', tier);

describe('flow runs by state', () => {
  it('are counted every minute while under way, and the others every quarter of an hour', async () => {
    await prefect.empty();
    await prefect.runs(7, { state_type: 'SCHEDULED', state_name: 'Scheduled' });
    await prefect.runs(3, { state_type: 'PENDING', state_name: 'Pending', state_timestamp: ago('1 minute') });
    await prefect.runs(2, { state_type: 'RUNNING', state_name: 'Running' });
    await prefect.runs(40, { state_type: 'COMPLETED', state_name: 'Completed' });
    await prefect.runs(5, { state_type: 'CRASHED', state_name: 'Crashed' });
    expect(await byState('minute')).toEqual({
      PENDING: 3,
      RUNNING: 2,
      PAUSED: 0,
      CANCELLING: 0,
    });
    expect(await byState('quarter-hour')).toEqual({
      SCHEDULED: 7,
      COMPLETED: 40,
      FAILED: 0,
      CRASHED: 5,
      CANCELLED: 0,
    });
  });

  it('are estimated by the statistics where there are too many to count', async () => {
    await prefect.client.query('ANALYZE flow_run');
    await prefect.client.query(
      "SET allow_system_table_mods = on; UPDATE pg_class SET reltuples = 57e6 WHERE relname = 'flow_run'",
    );
    const counts = await byState('quarter-hour');
    expect(counts.COMPLETED).toBeCloseTo(40e6, -3);
    expect(counts.CRASHED).toBeCloseTo(5e6, -3);
    expect(counts.FAILED).toBeNull();
    await prefect.client.query('ANALYZE flow_run');
  });

  it('are given up, and no more than that, when the count does not end in time', async () => {
    await prefect.server.admin.query(`CREATE ROLE slow LOGIN PASSWORD '${PASSWORD}'`);
    await prefect.client.query(`
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO slow;
      ALTER TABLE flow_run ENABLE ROW LEVEL SECURITY;
      CREATE POLICY slowly ON flow_run TO slow USING (pg_sleep(0.1) IS NOT NULL)`);
    const report = await reportOf({ ...prefect.target, user: 'slow' }, 'quarter-hour');
    await prefect.client.query('ALTER TABLE flow_run DISABLE ROW LEVEL SECURITY');
    expect(report.facts.flow_runs_at_rest_are).toBe('estimated');
    const counts = report.readings.filter((r) => r.signal === 'postgres.flow_runs');
    expect(new Set(counts.map((r) => r.unknown?.detail))).toEqual(
      new Set(['too many runs to count, and the state is not in the statistics']),
    );
    expect(report.readings.find((r) => r.signal === 'postgres.deployments')?.value).toBe(0);
  }, 30_000);

  it('are told by the name of their state as well, but by no name a user made up', async () => {
    await prefect.empty();
    await prefect.runs(4, { state_type: 'SCHEDULED', state_name: 'AwaitingRetry' });
    await prefect.runs(2, { state_type: 'PENDING', state_name: 'InfrastructurePending' });
    await prefect.runs(1, { state_type: 'RUNNING', state_name: "'; DROP TABLE flow_run; --" });
    const named = await valuesOf(prefect.target, 'postgres.flow_runs.by_name', 'quarter-hour');
    const some = Object.entries(named).filter(([, runs]) => runs !== 0);
    expect(Object.fromEntries(some)).toEqual({ AwaitingRetry: 4, InfrastructurePending: 2 });
    expect(named.Late).toBe(0);
  });

  it('tell how many wait for a slot of a limit', async () => {
    await prefect.runs(4, { state_type: 'SCHEDULED', state_name: 'AwaitingConcurrencySlot' });
    expect(await valueIn('postgres.flow_runs.awaiting_slot')).toBe(4);
  });
});

describe('late-runs-unmarked', () => {
  const scheduled = { state_type: 'SCHEDULED', state_name: 'Scheduled' } as const;

  it('does not hold for runs that are yet to come, or came due a moment ago', async () => {
    await prefect.empty();
    await prefect.runs(3, { ...scheduled, next_scheduled_start_time: ahead('1 minute') });
    await prefect.runs(3, { ...scheduled, next_scheduled_start_time: ago('20 seconds') });
    expect(await judge('late-runs-unmarked', prefect.target)).toBeNull();
  });

  it('holds once one is a minute past its start and not marked, and is critical after ten', async () => {
    await prefect.runs(2, { ...scheduled, next_scheduled_start_time: ago('90 seconds') });
    const verdict = await judge('late-runs-unmarked', prefect.target);
    expect(verdict).toMatchObject({ severity: 'warning', evidence: [{ threshold: 60 }, { value: 2 }] });
    await prefect.runs(1, { ...scheduled, next_scheduled_start_time: ago('11 minutes') });
    expect(await judge('late-runs-unmarked', prefect.target)).toMatchObject({ severity: 'critical' });
  });

  it('goes away once they are marked, which makes them late', async () => {
    await prefect.client.query(
      "UPDATE flow_run SET state_name = 'Late' WHERE next_scheduled_start_time < now() - interval '15 seconds'",
    );
    expect(await judge('late-runs-unmarked', prefect.target)).toBeNull();
    expect(await valueIn('postgres.flow_runs.late')).toBe(6);
    expect(await valueIn('postgres.flow_runs.late_oldest_seconds')).toBeGreaterThan(11 * 60);
  });

  it('sees unmarked runs behind a pile of late ones', async () => {
    await prefect.runs(11_000, {
      state_type: 'SCHEDULED',
      state_name: 'Late',
      next_scheduled_start_time: { sql: "now() - interval '1 hour' - i * interval '1 second'" },
    });
    await prefect.runs(5, { ...scheduled, next_scheduled_start_time: ago('5 minutes') });
    expect(await judge('late-runs-unmarked', prefect.target)).toMatchObject({ severity: 'warning' });
  });
});
