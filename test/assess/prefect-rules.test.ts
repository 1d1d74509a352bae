import { describe, expect, it } from 'vitest';
import type { Facts } from '../../lib/model/report.ts';
import { healthy, installation, Monitor, report, type Values } from './builders.ts';

const DURATION = 'prefect.server.api.request.duration';
const requests = (durations: Values[string]): Values => ({ [DURATION]: durations });

function found(id: string, but: Values, facts?: Facts) {
  const monitor = new Monitor(installation({ postgres: [] }));
  const { findings } = monitor.look(0, {
    ...healthy('prefect/server', but),
    ...(facts && { facts }),
  }).snapshot;
  return findings.find((f) => f.id === id);
}

/** One row: the finding, what differs from health, and the severity expected of it. */
const ROWS = [
  ['task-run-count-slow', requests({ task_run_count: 9_900 }), undefined],
  ['task-run-count-slow', requests({ task_run_count: 10_000 }), 'warning'],
  ['task-run-count-slow', requests({ health: 2, task_run_count: 'timeout' }), 'warning'],
  ['task-run-count-slow', requests({ health: 2, task_run_count: 'saturated' }), undefined],
  [
    'task-run-count-slow',
    { 'prefect.up': 0, ...requests({ health: 2, task_run_count: 'timeout' }) },
    undefined,
  ],
  ['run-list-slow', requests({ run_list: 9_900 }), undefined],
  ['run-list-slow', requests({ run_list: 12_000 }), 'warning'],
  ['run-list-slow', requests({ health: 2, run_list: 'failed' }), 'warning'],
  ['read-work-pool-hangs', requests({ read_work_pool: 9_000 }), undefined],
  ['read-work-pool-hangs', requests({ health: 2, read_work_pool: 'timeout' }), 'critical'],
  ['read-work-pool-hangs', requests({ health: 2, read_work_pool: 'auth' }), undefined],
  ['prefect-ready-slow', { 'prefect.ready_ms': 999 }, undefined],
  ['prefect-ready-slow', { 'prefect.ready_ms': 1000 }, 'warning'],
  ['prefect-ready-slow', { 'prefect.ready_ms': 3000, 'prefect.health_ms': 2500 }, undefined],
  ['cloud-rate-limited', { 'prefect.rate_limited': 0 }, undefined],
  ['cloud-rate-limited', { 'prefect.rate_limited': 1 }, 'warning'],
  ['api-outage-unconfirmed-state', { 'prefect.up': 1 }, undefined],
  ['api-outage-unconfirmed-state', { 'prefect.up': 0 }, 'warning'],
  [
    'late-runs-unmarked',
    { 'prefect.flow_runs.late_unmarked': 1, 'prefect.flow_runs.late_unmarked_oldest_seconds': 601 },
    'critical',
  ],
  [
    'stuck-pending',
    { 'prefect.flow_runs.stuck_pending': 2, 'prefect.flow_runs.stuck_pending_oldest_seconds': 700 },
    'warning',
  ],
] as const satisfies readonly (readonly [string, Values, string | undefined])[];

describe("a finding of Prefect's API", () => {
  it.each(ROWS)('%s, where %o, is judged %s', (id, but, severity) => {
    expect(found(id, but)?.severity).toBe(severity);
  });

  it('of runs is not judged by the API where a database tells of them', () => {
    const late: Values = {
      'prefect.flow_runs.late_unmarked': 1,
      'prefect.flow_runs.late_unmarked_oldest_seconds': 601,
    };
    const { findings, monitor } = new Monitor().look(0, healthy('prefect/server', late)).snapshot;
    expect(findings.map((f) => f.id)).not.toContain('late-runs-unmarked');
    const unevaluated = monitor.unevaluated
      .filter((u) => u.target === 'prefect/server')
      .map((u) => u.finding);
    expect(unevaluated).not.toContain('late-runs-unmarked');
  });

  it('of its rate limit says until when the probe waits, where the API named a time', () => {
    const evidenceWith = (facts: Facts) =>
      found('cloud-rate-limited', { 'prefect.rate_limited': 2 }, facts)?.evidence[0]?.text;
    const until = '2026-11-21T03:15:00.000Z';
    expect(evidenceWith({ rate_limited_until: until })).toContain(`none before ${until}`);
    expect(evidenceWith({})).toContain('not sent');
    expect(evidenceWith({ rate_limited_until: '<script>' })).not.toContain('script');
  });

  it('needs no signal of another kind of target', () => {
    const { monitor } = new Monitor(installation({ postgres: [] })).look(
      0,
      healthy('prefect/server'),
    ).snapshot;
    const needed = monitor.unevaluated.filter((u) => u.target === 'prefect/server').flatMap((u) => u.signals);
    expect(needed.filter((signal) => !signal.startsWith('prefect.'))).toEqual([]);
  });
});

describe('an outage of the API', () => {
  const outage = (running: number) => {
    const { findings } = new Monitor().look(
      0,
      healthy('prefect/server', { 'prefect.up': 0 }),
      healthy('postgres/orion', { 'postgres.flow_runs': { RUNNING: running } }),
    ).snapshot;
    return findings.find((f) => f.id === 'api-outage-unconfirmed-state');
  };

  it('costs no run its state when none runs', () => {
    expect(outage(0)).toBeUndefined();
    expect(outage(3)?.evidence.map((e) => e.text)).toContain('3 flow runs are RUNNING');
  });

  it('is told of runs that fell silent, too', () => {
    const silent = { 'postgres.flow_runs.running_silent': 2 };
    const { findings } = new Monitor().look(
      0,
      healthy('prefect/server'),
      report('postgres/orion', silent, { tier: 'quarter-hour' }),
    ).snapshot;
    expect(findings.map((f) => f.id)).toContain('api-outage-unconfirmed-state');
  });
});

describe('settings of Prefect', () => {
  const settings = (audited: Readonly<Record<string, number | null>>) => ({
    settings: {
      docket: { backend: 'redis', name: 'prefect' },
      messaging: 'redis',
      perpetual: {},
      consumers: {},
      events_retention_seconds: null,
      pool: { size: null, max_overflow: null, timeout_seconds: null },
      audited,
    },
  });
  const hint = (audited: Readonly<Record<string, number | null>>) =>
    found('setting-off-recommended', { 'prefect.docket.in_memory': 0 }, settings(audited));

  it('are hinted at with the variable to set', () => {
    const found = hint({
      'server.database.sqlalchemy.pool_size': 5,
      'server.database.sqlalchemy.max_overflow': 10,
      'server.events.retention_period': 7 * 86_400,
    });
    expect(found?.severity).toBe('info');
    expect(found?.remedy[0]?.command).toBe(
      'PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE=60 PREFECT_SERVER_EVENTS_RETENTION_PERIOD=3d',
    );
  });

  it('are left alone when they are as recommended, or when this release has none', () => {
    expect(
      hint({
        'server.database.sqlalchemy.pool_size': 60,
        'server.database.sqlalchemy.pool_timeout': 30,
        'server.events.retention_period': 2 * 86_400,
        'server.services.late_runs.loop_seconds': null,
      }),
    ).toBeUndefined();
  });
});
