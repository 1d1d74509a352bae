import { describe, expect, it } from 'vitest';
import { digest, digestAll } from '../../lib/assess/derivation.ts';
import { readingKey } from '../../lib/assess/readings.ts';
import type { Signal } from '../../lib/catalogue/signal.ts';
import type { Report } from '../../lib/model/report.ts';
import { allHealthy, at, healthy, Monitor, report, targetNamed, type Values } from './builders.ts';

const redis = (values: Values, seconds: number) => report('redis/streams', values, { at: seconds });

/** The derived reading of a signal after two reports. */
function derived(signal: string, first: Report, second: Report) {
  return digest(second, digest(first, undefined)).derived.find((r) => r.signal === signal);
}

const cpu = (first: Values[string], second: Values[string], seconds = 60) =>
  derived(
    'redis.cpu.used_percent',
    redis({ 'redis.cpu.seconds': first }, 0),
    redis({ 'redis.cpu.seconds': second }, seconds),
  );

const keyspace = (hits: number, misses: number, seconds: number) =>
  redis({ 'redis.keyspace.hits': hits, 'redis.keyspace.misses': misses }, seconds);
const hitRatio = (first: Report, second: Report) =>
  derived('redis.keyspace.hit_ratio_percent', first, second);

describe('a rate', () => {
  it('is the growth of its counter by the seconds between the two readings', () => {
    expect(cpu(100, 130)).toMatchObject({ value: 50, at: at(60), target: 'redis/streams' });
    expect(cpu(100, 130, 120)?.value).toBe(25);
  });

  it('goes by when the counter was read, not by when the probe started', () => {
    const late = redis({ 'redis.cpu.seconds': 130 }, 60);
    const readLate = { ...late, readings: late.readings.map((r) => ({ ...r, at: at(75) })) };
    const first = redis({ 'redis.cpu.seconds': 100 }, 0);
    expect(derived('redis.cpu.used_percent', first, readLate)).toMatchObject({ value: 40, at: at(75) });
  });

  it('is zero when the counter stands still', () => {
    expect(cpu(100, 100)?.value).toBe(0);
  });

  it('is unknown after a restart of what is counted', () => {
    expect(cpu(100, 99)?.unknown?.reason).toBe('counter-reset');
  });

  it('needs two probes, in the order of time', () => {
    const once = digest(redis({ 'redis.cpu.seconds': 1 }, 0), undefined).derived;
    expect(once.find((r) => r.signal === 'redis.cpu.used_percent')?.unknown?.reason).toBe('needs-two-probes');
    expect(cpu(100, 130, -60)?.unknown?.reason).toBe('needs-two-probes');
    expect(cpu('timeout', 130)?.unknown?.reason).toBe('needs-two-probes');
  });

  it('passes on why its counter is unknown', () => {
    expect(cpu(100, 'permission')?.unknown?.reason).toBe('permission');
  });

  it('is not collected when the counter was not', () => {
    const second = redis({ 'redis.up': 1 }, 60);
    const first = redis({ 'redis.cpu.seconds': 1 }, 0);
    expect(derived('redis.cpu.used_percent', first, second)?.unknown?.reason).toBe('not-collected');
  });

  it('is unknown rather than infinite', () => {
    expect(cpu(0, Number.MAX_VALUE, 1)?.unknown?.reason).toBe('invalid');
  });
});

describe('a ratio', () => {
  const CALLS = 'postgres.events.queries.calls';
  const TIME = 'postgres.events.queries.time_ms';
  const statements = (calls: Values[string], time: Values[string], seconds: number) =>
    report('postgres/orion', { [CALLS]: calls, [TIME]: time }, { at: seconds, tier: 'quarter-hour' });
  const means = (first: Report, second: Report) =>
    digest(second, digest(first, undefined)).derived.filter(
      (r) => r.signal === 'postgres.events.queries.recent_mean_ms',
    );

  it('is how much grew for each one of the other, label by label', () => {
    const before = statements({ a: 100, b: 10 }, { a: 1000, b: 10 }, 0);
    const after = statements({ a: 110, b: 15 }, { a: 4000, b: 20 }, 900);
    expect(means(before, after)).toMatchObject([
      { labels: { statement: 'a' }, value: 300 },
      { labels: { statement: 'b' }, value: 2 },
    ]);
  });

  it('is unknown with too few to divide by, for the new, and after a reset', () => {
    const before = statements({ a: 100, c: 50 }, { a: 1000, c: 90 }, 0);
    const after = statements({ a: 104, b: 9, c: 3 }, { a: 9000, b: 9, c: 100 }, 900);
    expect(means(before, after).map((r) => r.unknown?.reason)).toEqual([
      'no-traffic',
      'needs-two-probes',
      'counter-reset',
    ]);
  });
});

describe('a share', () => {
  it('is the growth of one counter in the growth of all, in percent', () => {
    expect(hitRatio(keyspace(100, 50, 0), keyspace(175, 75, 60))?.value).toBe(75);
  });

  it('is unknown when too little happened to judge, and known from the floor on', () => {
    const first = keyspace(100, 50, 0);
    expect(hitRatio(first, keyspace(119, 50, 60))?.unknown?.reason).toBe('no-traffic');
    expect(hitRatio(first, keyspace(119, 51, 60))?.value).toBe(95);
    expect(hitRatio(first, keyspace(100, 50, 60))?.unknown?.reason).toBe('no-traffic');
  });

  it('is unknown when any of its counters went back', () => {
    expect(hitRatio(keyspace(100, 50, 0), keyspace(200, 49, 60))?.unknown?.reason).toBe('counter-reset');
  });

  it('is unknown for the reason of the counter that is', () => {
    const second = redis({ 'redis.keyspace.hits': 200, 'redis.keyspace.misses': 'invalid' }, 60);
    expect(hitRatio(keyspace(100, 50, 0), second)?.unknown?.reason).toBe('invalid');
  });
});

describe('a counter with labels', () => {
  const common = {
    kind: 'redis',
    tiers: ['minute'],
    metric: null,
    unit: 'Count',
    help: '',
    from: '',
  } as const;
  const catalogue: readonly Signal[] = [
    { ...common, id: 'calls', nature: 'counter', label: 'command' },
    { ...common, id: 'calls.rate', nature: 'derived', derivation: { how: 'rate', of: 'calls', times: 1 } },
  ];
  const rates = (first: Values, second: Values) =>
    digest(redis(second, 10), digest(redis(first, 0), undefined, catalogue), catalogue).derived;

  it('has a rate for each of its labels', () => {
    const both = rates({ calls: { get: 10, set: 5 } }, { calls: { set: 15, get: 60 } });
    expect(both.map((r) => [r.labels, r.value])).toEqual([
      [{ label: 'set' }, 1],
      [{ label: 'get' }, 5],
    ]);
  });

  it('is the same counter in whatever order its labels are written', () => {
    const key = (labels: Record<string, string>) => readingKey({ signal: 'calls', labels });
    expect(key({ a: '1', b: '2' })).toBe(key({ b: '2', a: '1' }));
    expect(key({ a: '1' })).not.toBe(key({ a: '2' }));
  });

  it('needs two probes of the same label', () => {
    const [fresh] = rates({ calls: { get: 10 } }, { calls: { del: 11 } });
    expect(fresh).toMatchObject({ value: null, unknown: { reason: 'needs-two-probes' } });
  });
});

describe('growth', () => {
  const runs = (first: number, second: number) =>
    derived(
      'redis.perpetual.runs',
      redis({ 'redis.perpetual.generation': { foreman: first } }, 0),
      redis({ 'redis.perpetual.generation': { foreman: second } }, 90),
    );

  it('is how much a counter grew between two probes, whatever the time between them', () => {
    expect(runs(100, 106)).toMatchObject({ value: 6, labels: { service: 'foreman' } });
    expect(runs(100, 1)?.unknown?.reason).toBe('counter-reset');
  });
});

describe('a change', () => {
  const backlog = (first: number | 'timeout', second: number) =>
    derived(
      'redis.docket.backlog_per_minute',
      redis({ 'redis.docket.backlog': { prefect: first } }, 0),
      redis({ 'redis.docket.backlog': { prefect: second } }, 120),
    );

  it('is what a gauge gained or lost in a minute', () => {
    expect(backlog(10, 50)?.value).toBe(20);
    expect(backlog(50, 10)?.value).toBe(-20);
    expect(backlog(7, 7)?.value).toBe(0);
  });

  it('needs two probes that could read it', () => {
    expect(backlog('timeout', 10)?.unknown?.reason).toBe('needs-two-probes');
  });
});

describe('digesting', () => {
  it('leaves a report that was digested before as it was', () => {
    const first = digest(keyspace(0, 0, 0), undefined);
    const second = digest(keyspace(30, 10, 60), first);
    expect(digest(keyspace(30, 10, 60), second)).toBe(second);
  });

  it('remembers a report that is not there for once, so that nothing of it is published twice', () => {
    const before = digestAll([keyspace(0, 0, 0)], [targetNamed('redis/streams')], {});
    expect(Object.keys(before)).toEqual(['redis/streams minute']);
    expect(digestAll([], [targetNamed('redis/streams')], before)).toEqual(before);
  });

  it('keeps the rates of a report standing through the assessments until the next one', () => {
    const monitor = new Monitor();
    monitor.look(0, ...allHealthy(0));
    monitor.look(60, healthy('redis/streams', { 'redis.cpu.seconds': 45 }, { at: 60 }));
    const cpuNow = (seconds: number) => monitor.look(seconds).snapshot.redis[0]?.cpu_percent;
    expect(cpuNow(61)).toBe(25);
    expect(cpuNow(90)).toBe(25);
  });

  it('works out what counters say of each target alone', () => {
    const monitor = new Monitor();
    monitor.look(0, ...allHealthy(0));
    const { snapshot } = monitor.look(60, healthy('redis/streams', { 'redis.cpu.seconds': 3 }, { at: 60 }));
    const readings = snapshot.monitor.targets.flatMap((t) => t.readings ?? []);
    const cpuReadings = readings.filter((r) => r.signal === 'redis.cpu.used_percent');
    expect(cpuReadings).toMatchObject([{ target: 'redis/streams', unknown: { reason: 'counter-reset' } }]);
  });
});
