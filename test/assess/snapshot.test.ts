import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { SnapshotSchema } from '../../lib/model/snapshot.ts';
import { allHealthy, at, healthy, installation, Monitor, quarterHourly, report, stored } from './builders.ts';

const postgres = (name: string, roles: ('nebula' | 'orion' | 'events')[]) => ({
  name,
  roles,
  host: 'db',
  database: 'd',
  user: 'u',
});

describe('the snapshot', () => {
  it('says of a healthy installation what was measured', () => {
    const monitor = new Monitor();
    monitor.look(0, ...allHealthy(0), ...quarterHourly(0));
    const { snapshot } = monitor.look(
      60,
      healthy('postgres/orion', {}, { at: 60, facts: { version: '18.4' } }),
      healthy(
        'redis/streams',
        { 'redis.cpu.seconds': 33, 'redis.keyspace.hits': 1090, 'redis.keyspace.misses': 510 },
        { at: 60, facts: { version: '8.2.1' } },
      ),
      healthy('prefect/server', {}, { at: 60, facts: { version: '3.6.0' } }),
    );
    expect(snapshot).toMatchObject({
      installation: 'production',
      kind: 'oss',
      status: 'healthy',
      observed_at: at(60),
      server: {
        status: 'healthy',
        version: '3.6.0',
        latency_ms: 5,
        ready: true,
        ready_latency_ms: 9,
        uptime_seconds: null,
      },
      database: { status: 'healthy', version: '18.4', latency_ms: 1.5, connections: 10, pool_size: null },
      redis: [{ name: 'streams', roles: ['streams'], cpu_percent: 5, hit_ratio_percent: 90, clients: 7 }],
      flow_runs: { status: 'healthy', source: 'api', by_state: { RUNNING: 3, PENDING: 1 } },
      findings: [],
      root_cause: null,
      incidents: [],
      monitor: { status: 'healthy', version: '1.2.3', stale: false, complete: true, in_maintenance: false },
    });
    expect(snapshot.server).not.toHaveProperty('unknown');
    expect(snapshot.database).not.toHaveProperty('unknown');
  });

  it('says why there is nothing to say of what is not configured', () => {
    const { snapshot } = new Monitor(installation({ postgres: [], redis: [], prefect: [] })).look(0);
    for (const section of [
      'server',
      'database',
      'docket',
      'events_table',
      'flow_runs',
      'kubernetes',
      'network',
      'logs',
      'postgres_log',
    ] as const) {
      expect(snapshot[section]).toMatchObject({ status: 'unknown', unknown: { reason: 'not-configured' } });
    }
    expect(snapshot.services).toMatchObject({
      perpetual: [],
      consumer: [],
      unknown: { reason: 'not-configured' },
    });
  });

  it.each([
    ['nothing configured', installation({ postgres: [], redis: [], prefect: [] }), []],
    ['no report yet', installation(), []],
    ['everything healthy', installation(), allHealthy(0)],
    [
      'everything down',
      installation(),
      [
        report('postgres/orion', { 'postgres.up': 0, 'postgres.select_ms': 'refused' }),
        report('redis/streams', { 'redis.up': 0 }),
        report('prefect/server', { 'prefect.up': 0, 'prefect.flow_run.count': 'refused' }),
      ],
    ],
  ] as const)('keeps its schema with %s', (_, config, reports) => {
    const monitor = new Monitor(config);
    for (const seconds of [0, 60, 500]) {
      const { snapshot } = monitor.look(seconds, ...reports);
      expect(v.parse(SnapshotSchema, JSON.parse(JSON.stringify(snapshot)))).toStrictEqual(snapshot);
    }
  });

  it('shows as the database the one the server lives on', () => {
    const two = installation({ postgres: [postgres('events', ['events']), postgres('main', ['orion'])] });
    const { snapshot } = new Monitor(two).look(
      0,
      healthy('postgres/events', { 'postgres.connections.total': 1 }),
      healthy('postgres/main', { 'postgres.connections.total': 2 }),
    );
    expect(snapshot.databases.map((d) => [d.target, d.connections])).toEqual([
      ['postgres/events', 1],
      ['postgres/main', 2],
    ]);
    expect(snapshot.database.connections).toBe(2);
    expect(snapshot.database).not.toHaveProperty('target');
  });

  it('shows the first database where none has that role', () => {
    const config = installation({ postgres: [postgres('a', ['events']), postgres('b', ['nebula'])] });
    const first = healthy('postgres/a', { 'postgres.connections.total': 5 });
    expect(new Monitor(config).look(0, first).snapshot.database.connections).toBe(5);
  });

  it('says that the server is not ready only when it said so', () => {
    const ready = (value: 0 | 1 | 'timeout') =>
      new Monitor().look(0, healthy('prefect/server', { 'prefect.ready': value })).snapshot.server.ready;
    expect([ready(1), ready(0), ready('timeout')]).toEqual([true, false, null]);
  });

  it('counts flow runs from both tiers, and admits a state that could not be counted', () => {
    const { flow_runs } = new Monitor().look(
      0,
      healthy('prefect/server', { 'prefect.flow_run.count': { RUNNING: 3, PENDING: 'timeout' } }),
      report('prefect/server', { 'prefect.flow_run.count': { FAILED: 8 } }, { tier: 'quarter-hour' }),
    ).snapshot;
    expect(flow_runs).toMatchObject({
      status: 'unknown',
      by_state: { RUNNING: 3, PENDING: null, FAILED: 8 },
      unknown: { reason: 'timeout' },
    });
  });

  it('leaves reports of other installations and of targets not configured alone', () => {
    const monitor = new Monitor();
    const { snapshot } = monitor.look(
      0,
      healthy('postgres/orion', {}, { installation: 'staging' }),
      healthy('redis/elsewhere'),
    );
    expect(snapshot.monitor.targets.map((t) => t.observed_at)).toEqual([null, null, null]);
    expect(monitor.state?.digested).toEqual({});
  });

  it('shows what collectors could not do', () => {
    const errors = [{ collector: 'locks', reason: 'timeout', detail: 'no answer in time' }] as const;
    const { snapshot } = new Monitor().look(0, healthy('postgres/orion', {}, { errors: [...errors] }));
    expect(snapshot.monitor.targets[0]).toMatchObject({ duration_ms: 42, errors });
  });

  it('lists an incident once more in the assessment that closed it', () => {
    const monitor = new Monitor(installation({ postgres: [], prefect: [] }));
    const phases = [0, 0, 1, 1, 1].map((up, n) =>
      monitor
        .look(60 * n, healthy('redis/streams', { 'redis.up': up }, { at: 60 * n }))
        .snapshot.incidents.map((i) => i.phase),
    );
    expect(phases).toEqual([[], ['open'], ['recovering'], ['closed'], []]);
  });
});

describe('a snapshot is complete', () => {
  const complete = (monitor: Monitor, ...args: Parameters<Monitor['look']>) =>
    monitor.look(...args).snapshot.monitor.complete;

  it('once every target reported and every rate had its second probe', () => {
    const monitor = new Monitor();
    expect(complete(monitor, 0)).toBe(false);
    expect(complete(monitor, 1, ...allHealthy(1))).toBe(false);
    expect(complete(monitor, 2, ...quarterHourly(2))).toBe(false);
    const idle = healthy('redis/streams', {}, { at: 61 });
    expect(complete(monitor, 61, idle)).toBe(true);
  });

  it('without the target that does not answer having rates', () => {
    const monitor = new Monitor();
    const down = report('redis/streams', { 'redis.up': 0 });
    expect(complete(monitor, 0, ...allHealthy(0, down), ...quarterHourly(0))).toBe(true);
  });

  it('not before a target has reported in each of its tiers', () => {
    const monitor = new Monitor(installation({ postgres: [], redis: [] }));
    expect(complete(monitor, 0, healthy('prefect/server'))).toBe(false);
    expect(complete(monitor, 1, ...quarterHourly(1))).toBe(true);
  });

  it('not while a target is silent', () => {
    const monitor = new Monitor(installation({ redis: [], prefect: [] }));
    expect(complete(monitor, 0, healthy('postgres/orion'), ...quarterHourly(0))).toBe(true);
    expect(complete(monitor, 121)).toBe(false);
  });
});

describe('the state', () => {
  it('is the same before and after it was stored', () => {
    const monitor = new Monitor();
    monitor.look(0, ...allHealthy(0));
    const fault = healthy('redis/streams', { 'redis.up': 0, 'redis.memory.used_percent': 95 }, { at: 60 });
    monitor.look(60, fault);
    const { state } = monitor.again(61);
    expect(Object.keys(state.holding)).toHaveLength(2);
    expect(stored(state)).toStrictEqual(state);
  });

  it('forgets targets that are no longer watched', () => {
    const monitor = new Monitor();
    monitor.look(0, ...allHealthy(0));
    monitor.configure(installation({ redis: [] }));
    monitor.look(60);
    expect(Object.keys(monitor.state?.digested ?? {})).toEqual([
      'postgres/orion minute',
      'prefect/server minute',
    ]);
    expect(Object.keys(monitor.state?.expectedSince ?? {})).toEqual(['postgres/orion', 'prefect/server']);
  });
});
