import { describe, expect, it } from 'vitest';
import { SIGNALS } from '../../lib/catalogue/signals/index.ts';
import type { MetricPoint } from '../../lib/model/assessment.ts';
import { allHealthy, healthy, installation, Monitor } from './builders.ts';

const essentially = (input: Parameters<typeof installation>[0] = {}) =>
  new Monitor(installation({ metrics: 'essential', ...input }));
const namesOf = (points: readonly MetricPoint[]) =>
  points.map(({ name, dimensions: { Installation: _, ...of } }) => [name, ...Object.values(of)].join(' '));
const postgres = [{ name: 'orion', host: 'db.internal', database: 'prefect', user: 'vitals' }];
const redis = [{ name: 'streams', host: 'redis.internal', roles: ['streams' as const] }];

describe('the essential metrics', () => {
  it('are what is published unless the configuration says otherwise', () => {
    expect(installation({ metrics: undefined }).metrics).toBe('essential');
  });

  it('are one status for each kind of target and the few readings the dashboard shows', () => {
    const { metrics } = essentially().look(0, ...allHealthy(0));
    expect(namesOf(metrics).sort()).toEqual([
      'ComponentStatus postgres',
      'ComponentStatus prefect',
      'ComponentStatus redis',
      'PostgresConnectionsUsed postgres/orion',
      'PrefectFlowRuns prefect/server PENDING',
      'PrefectFlowRuns prefect/server RUNNING',
      'PrefectReadyTime prefect/server',
      'RedisMemoryUsed redis/streams',
    ]);
  });

  it('leave out what AWS keeps of a target that names what stands behind it', () => {
    const onAws = essentially({
      postgres: postgres.map((t) => ({ ...t, rds: { instance: 'prefect-orion' } })),
      redis: redis.map((t) => ({ ...t, elasticache: { cacheClusterId: 'prefect-001' } })),
    });
    const names = namesOf(onAws.look(0, ...allHealthy(0)).metrics);
    expect(names).not.toContain('PostgresConnectionsUsed postgres/orion');
    expect(names).not.toContain('RedisMemoryUsed redis/streams');
    expect(names).toContain('ComponentStatus postgres');
  });

  it('of a label are only the values that are named', () => {
    const report = healthy('redis/streams', {
      'redis.consumer.lag': { 'event-persister': 3, 'reactive-triggers': 4 },
    });
    const lags = essentially()
      .look(0, report)
      .metrics.filter((p) => p.name === 'ConsumerLag');
    expect(lags.map((p) => [p.dimensions.Group, p.value])).toEqual([['event-persister', 3]]);
  });

  it('are few, and none of them is what AWS vends', () => {
    const essential = SIGNALS.filter((s) => s.essential !== undefined);
    expect(essential.length).toBeLessThanOrEqual(8);
    for (const { metric, vended } of essential) {
      expect(metric).not.toBeNull();
      expect(vended).toBeUndefined();
    }
  });
});

describe('the status of a component', () => {
  const of = (points: readonly MetricPoint[], kind: string) =>
    points.find((p) => p.name === 'ComponentStatus' && p.dimensions.Component === kind)?.value;

  it('is that of its worst target', () => {
    const two = essentially({ redis: [...redis, { name: 'cache', host: 'cache.internal' }] });
    const { metrics } = two.look(
      0,
      healthy('redis/streams', { 'redis.memory.used_percent': 80 }),
      healthy('redis/cache'),
    );
    expect(of(metrics, 'redis')).toBe(1);
  });

  it('has no number while nothing is known of it, and warns when that lasts', () => {
    const monitor = essentially();
    expect(of(monitor.look(0).metrics, 'postgres')).toBeUndefined();
    for (let second = 60; second <= 600; second += 60) monitor.look(second);
    expect(of(monitor.look(660).metrics, 'postgres')).toBeGreaterThanOrEqual(1);
  });
});
