import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ownPrefect } from './own-prefect.ts';
import { reportOf } from './prefect-look.ts';

const prefect = ownPrefect({ settings: { autovacuum: 'off' } });

/** Finished runs first and a pile-up behind them, which the planner has heard of: it then expects such runs anywhere. */
beforeAll(async () => {
  await prefect.client.query('SET session_replication_role = replica');
  await prefect.runs(20_000, { state_type: 'COMPLETED', state_name: 'Completed' });
  for (const state of ['PENDING', 'RUNNING'])
    await prefect.runs(25_000, { state_type: state, state_name: state });
  await prefect.client.query('ANALYZE');
}, 180_000);

interface Scans {
  readonly seq_scan: number;
  readonly idx_scan: number;
}

/** How often the table of flow runs was read, whole and by index, as the server counts it when a session has ended. */
async function scans(): Promise<Scans> {
  const { rows } = await prefect.client.query(
    `SELECT seq_scan::int, idx_scan::int FROM pg_stat_user_tables WHERE relname = 'flow_run'`,
  );
  return rows[0];
}

describe('a pile-up the planner knows of', () => {
  it('is why it would read the whole table for a few rows', async () => {
    const { rows } = await prefect.client.query(
      `EXPLAIN SELECT * FROM flow_run WHERE state_type = 'PENDING' LIMIT 5000`,
    );
    expect(JSON.stringify(rows)).toContain('Seq Scan on flow_run');
  });

  it('makes no look of a minute do so', async () => {
    const before = await scans();
    const report = await reportOf(prefect.target, 'minute');
    expect(report.errors).toEqual([]);
    await vi.waitFor(async () => expect((await scans()).idx_scan).toBeGreaterThan(before.idx_scan));
    expect((await scans()).seq_scan).toBe(before.seq_scan);
  });
});
