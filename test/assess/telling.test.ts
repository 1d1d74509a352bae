import { describe, expect, it } from 'vitest';
import { inMaintenance } from '../../lib/assess/maintenance.ts';
import { CHANGES_MAX, tell } from '../../lib/assess/telling.ts';
import { at, first } from './builders.ts';
import { DOWN, type Input, incidentsOf, memory, redisWatch } from './redis-watch.ts';

describe('a maintenance window', () => {
  const windows = [
    { from: at(60), to: at(120) },
    { from: '2026-11-21T10:00:00+01:00', to: '2026-11-21T11:00:00+01:00' },
  ];
  const isIn = (time: string) => inMaintenance(windows, new Date(time));

  it('goes from its first moment to just before its last', () => {
    expect([59.999, 60, 119.999, 120].map((s) => isIn(at(s)))).toEqual([false, true, true, false]);
  });

  it('may be written in local time', () => {
    expect(isIn('2026-11-21T09:30:00Z')).toBe(true);
    expect(isIn('2026-11-21T10:30:00Z')).toBe(false);
  });
});

describe('in a maintenance window', () => {
  const during = (from: number, to: number): Input => ({
    maintenance: [{ from: at(60 * from), to: at(60 * to) }],
  });

  it('nothing is told; what is still open after it is told then', () => {
    const { monitor, minute } = redisWatch(during(0, 5));
    for (const n of [0, 1, 2, 3, 4]) expect(minute(n, DOWN)).toEqual([]);
    expect(monitor.again(4 * 60).snapshot.monitor.in_maintenance).toBe(true);
    expect(incidentsOf(monitor)).toMatchObject([{ phase: 'open', told: null, opened_at: at(60) }]);
    expect(minute(5, DOWN)).toEqual(['opened redis-down@redis/streams 1']);
    expect(monitor.again(5 * 60).snapshot.monitor.in_maintenance).toBe(false);
  });

  it('what opens and closes inside is never told', () => {
    const { monitor, minute } = redisWatch(during(0, 5));
    for (const n of [0, 1, 2]) minute(n, DOWN);
    for (const n of [3, 4, 5, 6]) expect(minute(n)).toEqual([]);
    expect(incidentsOf(monitor)).toEqual([]);
  });

  it('what was told before it and closes inside is told to be over after it', () => {
    const { monitor, minute } = redisWatch(during(2, 6));
    minute(0, DOWN);
    expect(minute(1, DOWN)).toHaveLength(1);
    for (const n of [2, 3, 4]) expect(minute(n)).toEqual([]);
    expect(incidentsOf(monitor)).toMatchObject([{ phase: 'closed', closed_at: at(180) }]);
    expect(monitor.again(300).snapshot.incidents).toEqual([]);
    expect(minute(6)).toEqual(['recovered redis-down@redis/streams 2']);
    expect(incidentsOf(monitor)).toEqual([]);
  });

  it('what closes and opens anew inside is told after it, the end before the beginning', () => {
    const { minute } = redisWatch(during(2, 8));
    minute(0, DOWN);
    minute(1, DOWN);
    for (const n of [2, 3, 4]) minute(n);
    for (const n of [5, 6, 7]) minute(n, DOWN);
    expect(minute(8, DOWN)).toEqual([
      'recovered redis-down@redis/streams 2',
      'opened redis-down@redis/streams 1',
    ]);
  });

  it('an opening that got worse inside is told once, as bad as it was', () => {
    const { monitor, minute } = redisWatch(during(0, 4));
    minute(0, memory(80));
    minute(1, memory(95));
    minute(2, memory(79));
    minute(3, memory(79));
    expect(minute(4, memory(79))).toEqual(['opened redis-memory-high@redis/streams 1']);
    expect(incidentsOf(monitor)[0]).toMatchObject({ severity: 'warning', told: 'critical' });
    expect(minute(5, memory(95))).toEqual([]);
  });
});

describe('telling more than a transaction takes', () => {
  const { monitor, minute } = redisWatch();
  minute(0, DOWN);
  minute(1, DOWN);
  const template = first(incidentsOf(monitor));
  const telling = (seconds: number) => ({ at: at(seconds), isQuiet: false, remindAfterSeconds: null });
  const many = Array.from({ length: CHANGES_MAX + 5 }, (_, i) => ({
    ...template,
    id: `incident ${i}`,
    told: null,
    changes: 0,
  }));

  it('leaves the rest for next time and loses none', () => {
    const first = tell(many, telling(0));
    expect(first.changes).toHaveLength(CHANGES_MAX);
    expect(first.remaining).toHaveLength(many.length);
    const second = tell(first.remaining, telling(60));
    expect(second.changes.map((c) => c.incident.id)).toEqual(many.slice(CHANGES_MAX).map((i) => i.id));
    expect(tell(second.remaining, telling(120)).changes).toEqual([]);
  });

  it('keeps what is over but not told to be over', () => {
    const over = many.map((i) => ({ ...i, phase: 'closed', told: 'critical' }) as const);
    const first = tell(over, telling(0));
    expect(first.remaining).toHaveLength(5);
    expect(tell(first.remaining, telling(60)).changes).toHaveLength(5);
  });
});
