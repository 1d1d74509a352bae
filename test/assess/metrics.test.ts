import { describe, expect, it } from 'vitest';
import type { MetricPoint } from '../../lib/model/assessment.ts';
import { allHealthy, at, healthy, installation, Monitor, report } from './builders.ts';

const OF_EVERY_ASSESSMENT = [
  'ComponentStatus',
  'Status',
  'StatusUnknown',
  'InstallationStatus',
  'FindingsActive',
];
const ofReadings = (points: readonly MetricPoint[]) =>
  points.filter((p) => !OF_EVERY_ASSESSMENT.includes(p.name));
const onlyRedis = () => new Monitor(installation({ postgres: [], prefect: [] }));
const values = (points: readonly MetricPoint[]) =>
  Object.fromEntries(points.map((p) => [`${p.name} ${p.dimensions.Target ?? ''}`.trim(), p.value]));

describe('the metrics of readings', () => {
  it('carry the value, the unit and the time of the reading, and whom it is of', () => {
    const { metrics } = onlyRedis().look(30, healthy('redis/streams', {}, { at: 5 }));
    expect(metrics).toContainEqual({
      name: 'RedisMemoryUsed',
      unit: 'Percent',
      value: 10,
      at: at(5),
      dimensions: { Installation: 'production', Target: 'redis/streams' },
    });
  });

  it('have their label as one more dimension', () => {
    const counts = ofReadings(new Monitor().look(0, healthy('prefect/server')).metrics).filter(
      (p) => p.name === 'PrefectFlowRuns',
    );
    expect(counts.map((p) => [p.dimensions.State, p.value])).toEqual([
      ['RUNNING', 3],
      ['PENDING', 1],
    ]);
  });

  it('are published once, however often a report is assessed', () => {
    const monitor = new Monitor();
    expect(ofReadings(monitor.look(0, ...allHealthy(0)).metrics)).not.toEqual([]);
    expect(ofReadings(monitor.look(20).metrics)).toEqual([]);
    const next = ofReadings(monitor.look(60, healthy('redis/streams', {}, { at: 60 })).metrics);
    expect(new Set(next.map((p) => p.dimensions.Target))).toEqual(new Set(['redis/streams']));
  });

  it('hold what follows from two reports, with the second', () => {
    const monitor = onlyRedis();
    expect(values(monitor.look(0, healthy('redis/streams')).metrics)).not.toHaveProperty(
      'RedisCpu redis/streams',
    );
    const second = healthy('redis/streams', { 'redis.cpu.seconds': 36 }, { at: 60 });
    expect(values(monitor.look(60, second).metrics)).toHaveProperty(['RedisCpu redis/streams'], 10);
  });

  it('leave out the unknown, raw counters and signals of no catalogue', () => {
    const { metrics } = onlyRedis().look(
      0,
      report('redis/streams', {
        'redis.up': 1,
        'redis.ping_ms': 'timeout',
        'redis.cpu.seconds': 3,
        strange: 1,
      }),
    );
    expect(ofReadings(metrics).map((p) => p.name)).toEqual(['RedisUp']);
  });
});

describe('the metrics of statuses', () => {
  it('put every target on the scale an alarm compares', () => {
    const { metrics } = new Monitor().look(
      0,
      ...allHealthy(
        0,
        healthy('redis/streams', { 'redis.memory.used_percent': 80 }),
        healthy('prefect/server', { 'prefect.ready': 0 }),
      ),
    );
    expect(values(metrics)).toMatchObject({
      'Status postgres/orion': 0,
      'Status redis/streams': 1,
      'Status prefect/server': 3,
      'StatusUnknown prefect/server': 0,
      InstallationStatus: 3,
      FindingsActive: 2,
    });
  });

  it('publish the unknown beside the scale and never on it', () => {
    const { metrics } = onlyRedis().look(0);
    expect(values(metrics)).toStrictEqual({ 'StatusUnknown redis/streams': 1, FindingsActive: 0 });
  });

  it('are dated by the assessment', () => {
    const { metrics } = onlyRedis().look(77);
    expect(new Set(metrics.map((p) => p.at))).toEqual(new Set([at(77)]));
  });
});
