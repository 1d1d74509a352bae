import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { judgedAt } from '../../lib/model/staleness.ts';
import { exposition } from '../../lib/publish/exposition.ts';
import { brokenSnapshot, POSTGRES_DOWN, reading, secondsAfter, snapshotOf } from '../api/fixtures.ts';
import { parseExposition } from './exposition-parser.ts';

const NOW = secondsAfter(30);
const parsed = (...snapshots: readonly Snapshot[]) => parseExposition(exposition(snapshots, NOW));
const seriesOf = (
  family: string,
  ...snapshots: readonly Snapshot[]
): readonly Readonly<Record<string, string | number>>[] =>
  parsed(...snapshots)
    .samples.filter((s) => s.family === family)
    .map(({ labels, value }) => ({ ...labels, value }));

/** The snapshot with other readings of its first target. */
const withReadings = (readings: ReturnType<typeof reading>[], changes: Partial<Snapshot> = {}): Snapshot => {
  const snapshot = snapshotOf(changes);
  const [first, ...others] = snapshot.monitor.targets;
  if (first === undefined) throw new Error('the fixture has no target');
  return snapshotOf({
    ...changes,
    monitor: { ...snapshot.monitor, targets: [{ ...first, readings }, ...others] },
  });
};

describe('exposition text', () => {
  it('gives every reading under the name of its signal, with installation and target', () => {
    expect(seriesOf('prefect_vitals_postgres_connections_used_percent', snapshotOf())).toEqual([
      { installation: 'production', target: 'postgres/orion', value: 12.4 },
    ]);
    expect(seriesOf('prefect_vitals_redis_memory_used_bytes', snapshotOf())).toEqual([
      { installation: 'production', target: 'redis/streams', value: 2_097_152 },
    ]);
  });

  it('tells times in seconds', () => {
    expect(seriesOf('prefect_vitals_postgres_connect_seconds', snapshotOf())).toEqual([
      { installation: 'production', target: 'postgres/orion', value: 0.0125 },
    ]);
  });

  it('gives counters as counters', () => {
    const { types, samples } = parsed(snapshotOf());
    const name = 'prefect_vitals_redis_keyspace_hits_total';
    expect(types[name]).toBe('counter');
    expect(samples.find((s) => s.family === name)?.value).toBe(4242);
  });

  it("keeps the names of Prefect's own metrics", () => {
    expect(seriesOf('prefect_flow_run_count', snapshotOf())).toEqual([
      { installation: 'production', target: 'prefect/server', state: 'RUNNING', value: 3 },
      { installation: 'production', target: 'prefect/server', state: 'COMPLETED', value: 120 },
    ]);
    expect(seriesOf('prefect_server_api_request_duration_seconds', snapshotOf())).toEqual([
      {
        installation: 'production',
        target: 'prefect/server',
        request: 'health',
        source: 'timed request',
        value: 0.0047,
      },
      {
        installation: 'production',
        target: 'prefect/server',
        request: 'health',
        source: 'timed request',
        percentile: '95',
        value: 0.031,
      },
    ]);
  });

  it('tells durations of a service by percentile, under the same name, with where they are from', () => {
    const readings = [
      reading('service.request.duration.p50_ms', 'service/auth', 4),
      reading('service.request.duration.p95_ms', 'service/auth', 250, { family: 'took_seconds' }),
    ];
    const of = { installation: 'production', target: 'service/auth', source: 'histogram' };
    expect(
      seriesOf('prefect_server_api_request_duration_seconds', withReadings(readings)).filter(
        (s) => s.source === 'histogram',
      ),
    ).toEqual([
      { ...of, percentile: '50', value: 0.004 },
      { ...of, percentile: '95', value: 0.25 },
    ]);
  });

  it('has no series for what is unknown', () => {
    expect(seriesOf('prefect_vitals_redis_memory_limit_bytes', snapshotOf())).toEqual([]);
  });

  it('keeps the newest of two readings of one thing', () => {
    const older = { ...reading('postgres.up', 'postgres/orion', 0), at: '2026-11-21T07:59:00.000Z' };
    const newer = reading('postgres.up', 'postgres/orion', 1);
    expect(seriesOf('prefect_vitals_postgres_up', withReadings([newer, older]))).toEqual([
      { installation: 'production', target: 'postgres/orion', value: 1 },
    ]);
  });

  it('tells the status of every component, unknown beside the scale', () => {
    const statuses = seriesOf('prefect_vitals_status', brokenSnapshot());
    expect(statuses).toContainEqual({ installation: 'production', component: 'overall', value: 3 });
    expect(statuses).toContainEqual({
      installation: 'production',
      component: 'redis',
      target: 'redis/streams',
      value: 0,
    });
    expect(statuses).toContainEqual({ installation: 'production', component: 'kubernetes', value: -1 });
  });

  it('tells every finding that holds', () => {
    expect(seriesOf('prefect_vitals_finding_active', brokenSnapshot())).toContainEqual({
      installation: 'production',
      finding: 'postgres-down',
      target: 'postgres/orion',
      severity: 'critical',
      value: 1,
    });
  });

  it('tells nothing of the past but its age', () => {
    const stale = judgedAt(snapshotOf(), secondsAfter(300));
    const { samples } = parseExposition(exposition([stale], secondsAfter(300)));
    expect(new Set(samples.map((s) => s.family))).toEqual(
      new Set(['prefect_vitals_status', 'prefect_vitals_snapshot_age_seconds']),
    );
    expect(samples).toContainEqual({
      family: 'prefect_vitals_snapshot_age_seconds',
      labels: { installation: 'production' },
      value: 300,
    });
  });

  it('joins the families of several installations', () => {
    const up = seriesOf('prefect_vitals_postgres_up', snapshotOf(), snapshotOf({ installation: 'staging' }));
    expect(up.map((s) => s.installation)).toEqual(['production', 'staging']);
  });

  it('is empty when nothing is known', () => {
    expect(exposition([], NOW)).toBe('');
  });

  it('stays whole whatever text stands in a snapshot', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.constantFrom(
        '\n',
        '"',
        '\\',
        '\\"',
        '"} 1\nevil{a="',
        '\\n',
        '\r\n# TYPE x gauge',
        '{},= 1',
        '\u2028',
      ),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (installation, target, state) => {
        const snapshot = withReadings([reading('prefect.flow_run.count', target, 7, { state })], {
          installation,
          findings: [{ ...POSTGRES_DOWN, target }],
        });
        const { samples } = parsed(snapshot);
        expect(samples).toContainEqual({
          family: 'prefect_flow_run_count',
          labels: { installation, target, state },
          value: 7,
        });
        expect(samples).toContainEqual({
          family: 'prefect_vitals_finding_active',
          labels: { installation, finding: 'postgres-down', target, severity: 'critical' },
          value: 1,
        });
      }),
    );
  });
});
