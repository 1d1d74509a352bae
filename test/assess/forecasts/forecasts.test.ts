import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../../lib/model/assessment.ts';
import { at, first, healthy, installation, Monitor, report, type Values } from '../builders.ts';
import { HOUR, MINUTE } from './pasts.ts';

const onlyRedis = (input: Parameters<typeof installation>[0] = {}) =>
  new Monitor(installation({ postgres: [], prefect: [], ...input }));

/** Probes a target once a minute, and gives the last assessment. */
function watched(
  monitor: Monitor,
  target: string,
  count: number,
  valuesAt: (minute: number) => Values,
): Assessment {
  let last = monitor.look(0, healthy(target, valuesAt(0), { at: 0 }));
  for (let m = 1; m < count; m++)
    last = monitor.look(m * MINUTE, healthy(target, valuesAt(m), { at: m * MINUTE }));
  return last;
}

const memory = (percent: number): Values => ({ 'redis.memory.used_percent': percent });

describe('what runs out', () => {
  it('is told with the time left, the limit and what it rests on', () => {
    const { snapshot } = watched(onlyRedis(), 'redis/streams', 31, (m) => memory(10 + m));
    const expected = {
      signal: 'redis.memory.used_percent',
      target: 'redis/streams',
      value: 40,
      limit: 100,
      per_hour: 60,
      seconds_left: HOUR,
      at: at(30 * MINUTE),
      reached_at: at(30 * MINUTE + HOUR),
      points: 12,
      window_seconds: 11 * MINUTE,
      fit: 1,
    };
    const told = snapshot.forecasts.map((f) => ({ ...f, per_hour: Math.round(f.per_hour * 1e6) / 1e6 }));
    expect(told).toEqual([expected]);
  });

  it('comes nearer while no new report does', () => {
    const monitor = onlyRedis();
    watched(monitor, 'redis/streams', 31, (m) => memory(10 + m));
    expect(monitor.look(31 * MINUTE).snapshot.forecasts).toMatchObject([
      { seconds_left: HOUR - MINUTE, reached_at: at(30 * MINUTE + HOUR) },
    ]);
  });

  it('is not foreseen of a value nobody can read now, and goes on once it can', () => {
    const monitor = onlyRedis();
    watched(monitor, 'redis/streams', 31, (m) => memory(10 + m));
    const unread = report(
      'redis/streams',
      { 'redis.up': 1, 'redis.memory.used_percent': 'permission' },
      { at: 31 * MINUTE },
    );
    expect(monitor.look(31 * MINUTE, unread).snapshot.forecasts).toEqual([]);
    const again = healthy('redis/streams', memory(42), { at: 32 * MINUTE });
    expect(monitor.look(32 * MINUTE, again).snapshot.forecasts).toMatchObject([
      { value: 42, seconds_left: 58 * MINUTE },
    ]);
  });

  it('is not foreseen of what is stale', () => {
    const monitor = onlyRedis();
    watched(monitor, 'redis/streams', 31, (m) => memory(10 + m));
    expect(monitor.look(33 * MINUTE).snapshot.forecasts).toEqual([]);
  });

  it('is forgotten with its target, and a day after it was last read', () => {
    const monitor = onlyRedis();
    const { state } = watched(monitor, 'redis/streams', 7, (m) => memory(10 + m));
    expect(Object.keys(state.series)).toEqual(['redis/streams redis.memory.used_percent []']);
    expect(monitor.again(23 * HOUR).state.series).toEqual(state.series);
    expect(monitor.again(25 * HOUR).state.series).toEqual({});
    monitor.configure(installation({ redis: [], postgres: [] }));
    expect(monitor.again(HOUR).state.series).toEqual({});
  });

  it('of a docket is foreseen for each docket, up to where its finding is critical here', () => {
    const findings = { 'docket-backlog-growing': { critical: 500 } };
    const monitor = onlyRedis({ redis: [{ name: 'streams', host: 'r', findings }] });
    const { snapshot } = watched(monitor, 'redis/streams', 31, (m) => ({
      'redis.docket.backlog': { prefect: 10 * m, other: 3 },
    }));
    expect(snapshot.forecasts).toMatchObject([
      {
        signal: 'redis.docket.backlog',
        labels: { docket: 'prefect' },
        limit: 500,
        seconds_left: 20 * MINUTE,
      },
    ]);
  });

  it('of a docket is not foreseen where nobody wants its backlog judged', () => {
    const monitor = onlyRedis({ findings: { 'docket-backlog-growing': { enabled: false } } });
    const { snapshot } = watched(monitor, 'redis/streams', 31, (m) => ({
      'redis.docket.backlog': { prefect: 10 * m },
    }));
    expect(snapshot.forecasts).toEqual([]);
  });

  it('of a certificate is known from one look, within its last month', () => {
    const look = (days: number) =>
      new Monitor(
        installation({
          postgres: [],
          redis: [],
          prefect: [],
          entrances: [{ name: 'api', url: 'https://api.example.com', serves: 'api' }],
        }),
      ).look(0, healthy('network/api', { 'network.tls.expires_in_days': days })).snapshot;
    expect(look(31).forecasts).toEqual([]);
    expect(look(12).forecasts).toMatchObject([
      { signal: 'network.tls.expires_in_days', seconds_left: 12 * 24 * HOUR, points: 1, fit: 1 },
    ]);
    expect(look(12).findings).toMatchObject([
      { id: 'tls-expiring', forecast: { seconds_left: 12 * 24 * HOUR } },
    ]);
    expect(look(-1).forecasts).toEqual([]);
  });

  it('is told the soonest first', () => {
    const { snapshot } = watched(onlyRedis(), 'redis/streams', 31, (m) => ({
      ...memory(10 + m),
      'redis.docket.backlog': { prefect: 60 * m },
    }));
    expect(snapshot.forecasts.map((f) => f.signal)).toEqual([
      'redis.docket.backlog',
      'redis.memory.used_percent',
    ]);
  });
});

describe('a finding', () => {
  it.each([
    ['redis-memory-high', 'redis/streams', (m: number) => memory(46 + m), 'the memory is full in 24 min'],
    [
      'postgres-connections-high',
      'postgres/orion',
      (m: number): Values => ({ 'postgres.connections.used_percent': 51 + m }),
      'no connection of the server is left in 19 min',
    ],
    [
      'docket-backlog-growing',
      'redis/streams',
      (m: number): Values => ({
        'redis.docket.backlog': { prefect: 20 * m },
        'redis.docket.oldest_ready_seconds': { prefect: 30 },
      }),
      'docket prefect has 2000 of them in 70 min',
    ],
  ])('%s says how much time is left', (id, target, valuesAt, text) => {
    const { snapshot } = watched(new Monitor(), target, 31, valuesAt);
    const finding = first(snapshot.findings.filter((f) => f.id === id));
    expect(finding.evidence.map((e) => e.text).join('\n')).toContain(
      `at the rate of the last 11 min ${text}, at 2026-`,
    );
    expect(finding.forecast).toEqual(snapshot.forecasts.find((f) => f.target === target));
  });

  it('says nothing of it when there is no forecast, or when it could not be judged again', () => {
    const monitor = onlyRedis();
    const flat = watched(monitor, 'redis/streams', 31, () => memory(80)).snapshot;
    expect(flat.findings).toMatchObject([{ id: 'redis-memory-high' }]);
    expect(flat.findings[0]).not.toHaveProperty('forecast');

    const rising = onlyRedis();
    watched(rising, 'redis/streams', 31, (m) => memory(60 + m));
    const later = rising.look(34 * MINUTE).snapshot.findings.find((f) => f.id === 'redis-memory-high');
    expect(later?.evidence.at(-1)?.text).toMatch(/^not judged again since/);
    expect(later).not.toHaveProperty('forecast');
  });
});
