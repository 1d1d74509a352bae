import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { type Snapshot, SnapshotSchema } from '../../lib/model/snapshot.ts';
import { judgedAt } from '../../lib/model/staleness.ts';
import { brokenSnapshot, secondsAfter, snapshotOf } from '../api/fixtures.ts';

const POSTGRES_LOG: Snapshot['postgres_log']['logs'][number] = {
  name: 'orion',
  target: 'postgres-log/orion',
  status: 'healthy',
  from: '2026-11-21T07:58:00.000Z',
  to: '2026-11-21T07:59:00.000Z',
  records: 12,
  truncated: false,
  slow_statements: 0,
  slowest_ms: null,
  lock_waits: 0,
  longest_lock_wait_ms: null,
  worst: [],
};

describe('a snapshot judged when it is read', () => {
  it('is told as it is for two minutes', () => {
    const snapshot = snapshotOf();
    expect(judgedAt(snapshot, secondsAfter(120))).toBe(snapshot);
    expect(judgedAt(snapshot, secondsAfter(-5))).toBe(snapshot);
  });

  it('lends nothing its last colour after that', () => {
    const postgres_log: Snapshot['postgres_log'] = { status: 'healthy', logs: [POSTGRES_LOG] };
    const stale = judgedAt(snapshotOf({ postgres_log }), secondsAfter(120.001));

    expect(v.parse(SnapshotSchema, stale)).toEqual(stale);
    expect(stale.monitor).toMatchObject({ stale: true, status: 'error' });
    const { monitor, ...rest } = stale;
    expect(JSON.stringify(rest)).not.toContain('"status":"healthy"');
    expect(monitor.targets.map((t) => [t.status, t.unknown?.reason])).toEqual([
      ['unknown', 'stale'],
      ['unknown', 'stale'],
      ['unknown', 'stale'],
    ]);
  });

  it('keeps the better reason of what was unknown before', () => {
    expect(judgedAt(snapshotOf(), secondsAfter(600)).kubernetes.unknown?.reason).toBe('not-configured');
  });

  it('keeps what was found, for it may still be so', () => {
    const broken = brokenSnapshot();
    const stale = judgedAt(broken, secondsAfter(600));
    expect(stale.findings).toEqual(broken.findings);
    expect(stale.root_cause).toEqual(broken.root_cause);
  });

  it('is stale when its time cannot be read', () => {
    expect(judgedAt(snapshotOf({ observed_at: 'yesterday' }), secondsAfter(0)).status).toBe('unknown');
  });
});
