import { describe, expect, it } from 'vitest';
import { advance } from '../../lib/assess/episodes.ts';
import { rulesFor } from '../../lib/assess/rules.ts';
import type { Episode } from '../../lib/model/episode.ts';
import type { Severity } from '../../lib/model/severity.ts';
import { at, first, healthy, installation, Monitor, targetNamed, tellings, type Values } from './builders.ts';
import { BLIND, DOWN, type Input, incidentsOf, memory, redisWatch } from './redis-watch.ts';

describe('an incident', () => {
  it('opens with the second report that agrees, and closes with the second that does not', () => {
    const { monitor, minute } = redisWatch();
    expect(minute(0, DOWN)).toEqual([]);
    expect(minute(1, DOWN)).toEqual(['opened redis-down@redis/streams 1']);
    expect(minute(2, DOWN)).toEqual([]);
    expect(minute(3)).toEqual([]);
    expect(incidentsOf(monitor)[0]).toMatchObject({ phase: 'recovering', recovering_since: at(180) });
    expect(minute(4)).toEqual(['recovered redis-down@redis/streams 2']);
    expect(incidentsOf(monitor)).toEqual([]);
  });

  it('is named by its finding, its target and when it was first seen', () => {
    const { monitor, minute } = redisWatch();
    minute(0, DOWN);
    minute(1, DOWN);
    expect(incidentsOf(monitor)[0]).toMatchObject({
      id: `redis-down@redis/streams@${at(0)}`,
      first_observed_at: at(0),
      opened_at: at(60),
    });
  });

  it('does not open by assessing one bad report twice, however late', () => {
    const { monitor, minute } = redisWatch();
    minute(0, DOWN);
    expect(tellings(monitor.look(30))).toEqual([]);
    expect(tellings(monitor.look(110))).toEqual([]);
    expect(incidentsOf(monitor)).toMatchObject([{ phase: 'pending' }]);
  });

  it('does not close by assessing one good report twice', () => {
    const { monitor, minute } = redisWatch();
    minute(0, DOWN);
    minute(1, DOWN);
    minute(2);
    expect(tellings(monitor.look(179))).toEqual([]);
    expect(incidentsOf(monitor)).toMatchObject([{ phase: 'recovering' }]);
  });

  it('that was only pending vanishes untold', () => {
    const { monitor, minute } = redisWatch();
    minute(0, DOWN);
    expect(minute(1)).toEqual([]);
    expect(incidentsOf(monitor)).toEqual([]);
  });

  it('comes back from recovering without a word', () => {
    const { monitor, minute } = redisWatch();
    minute(0, DOWN);
    minute(1, DOWN);
    expect([...minute(2), ...minute(3, DOWN), ...minute(4)]).toEqual([]);
    expect(incidentsOf(monitor)).toMatchObject([{ phase: 'recovering', recovering_since: at(240) }]);
    expect(minute(5)).toEqual([]);
    expect(minute(6)).toEqual(['recovered redis-down@redis/streams 2']);
  });

  it('opens at once where no pending time is wanted', () => {
    const { minute } = redisWatch({ findings: { 'redis-down': { pendingSeconds: 0, recoverySeconds: 0 } } });
    expect(minute(0, DOWN)).toEqual(['opened redis-down@redis/streams 1']);
    expect(minute(1)).toEqual(['recovered redis-down@redis/streams 2']);
  });

  it('is told to be worse once, and not when it gets better', () => {
    const { monitor, minute } = redisWatch();
    const name = 'redis-memory-high@redis/streams';
    minute(0, memory(80));
    expect(minute(1, memory(80))).toEqual([`opened ${name} 1`]);
    expect(minute(2, memory(95))).toEqual([`escalated ${name} 2`]);
    expect([...minute(3, memory(79)), ...minute(4, memory(96))]).toEqual([]);
    expect(incidentsOf(monitor)[0]).toMatchObject({
      severity: 'critical',
      peak: 'critical',
      told: 'critical',
    });
    minute(5, memory(79));
    expect(incidentsOf(monitor)[0]).toMatchObject({ severity: 'warning', peak: 'critical' });
    minute(6, memory(10));
    expect(minute(7, memory(10))).toEqual([`recovered ${name} 3`]);
  });

  it('stays as it is while its finding cannot be judged, open or recovering', () => {
    const { monitor, minute } = redisWatch();
    const phase = () => incidentsOf(monitor).find((i) => i.finding.id === 'redis-down')?.phase;
    minute(0, DOWN);
    minute(1, BLIND);
    expect(phase()).toBe('pending');
    minute(2, DOWN);
    expect(phase()).toBe('open');
    for (const n of [3, 4, 5]) minute(n, BLIND);
    expect(phase()).toBe('open');
    minute(6);
    for (const n of [7, 8, 9]) minute(n, BLIND);
    expect(phase()).toBe('recovering');
    expect(minute(10)).toContain('recovered redis-down@redis/streams 2');
  });

  it('shows while it cannot be judged that it could not', () => {
    const { monitor, minute } = redisWatch();
    minute(0, DOWN);
    minute(1, DOWN);
    const { snapshot } = monitor.look(200);
    const shown = snapshot.incidents.find((i) => i.finding.id === 'redis-down');
    expect(shown?.finding.evidence.at(-1)?.text).toContain('not judged again');
  });

  it.each([
    ['its finding is disabled', { findings: { 'redis-down': { enabled: false } } }],
    ['its target is taken out', { redis: [] }],
  ])('ends, and says why, when %s', (_, change: Input) => {
    const { monitor, minute } = redisWatch();
    minute(0, DOWN);
    minute(1, DOWN);
    monitor.configure(installation({ postgres: [], prefect: [], ...change }));
    const { changes } = monitor.look(61);
    expect(changes.map((c) => c.kind)).toEqual(['recovered']);
    expect(changes[0]?.incident.finding.evidence.at(-1)?.text).toContain('no longer watched');
    expect(monitor.state?.holding).toEqual({});
  });
});

describe('an incident whose signal nobody sets up any more', () => {
  const NO_LIMIT: Values = {
    'redis.memory.limit_bytes': 'not-configured',
    'redis.memory.used_percent': 'not-configured',
  };

  it('recovers as if it were well, and says that it is not watched any more', () => {
    const { monitor, minute } = redisWatch();
    minute(0, memory(95));
    expect(minute(1, memory(95))).toEqual(['opened redis-memory-high@redis/streams 1']);
    expect(minute(2, NO_LIMIT)).toEqual([]);
    expect(incidentsOf(monitor)).toMatchObject([{ phase: 'recovering' }]);
    const { changes, snapshot } = monitor.look(180, healthy('redis/streams', NO_LIMIT, { at: 180 }));
    expect(changes.map((c) => c.kind)).toEqual(['recovered']);
    const said = changes[0]?.incident.finding.evidence.map((e) => e.text) ?? [];
    expect(said.filter((text) => text.startsWith('no longer watched'))).toEqual([
      'no longer watched: redis.memory.used_percent, redis.memory.limit_bytes not configured any more',
    ]);
    expect(snapshot.findings).toEqual([]);
    expect(snapshot.monitor.unevaluated).toContainEqual(
      expect.objectContaining({ finding: 'redis-memory-high', reason: 'not-configured' }),
    );
    expect(monitor.state?.holding).toEqual({});
  });

  it('goes on when the signal comes back before it was over', () => {
    const { monitor, minute } = redisWatch();
    for (const [n, values] of [memory(95), memory(95), NO_LIMIT, memory(95)].entries()) minute(n, values);
    expect(incidentsOf(monitor)).toMatchObject([{ phase: 'open' }]);
    const said = incidentsOf(monitor)[0]
      ?.finding.evidence.map((e) => e.text)
      .join();
    expect(said).not.toContain('no longer watched');
  });

  it('is forgotten when it was only pending', () => {
    const { monitor, minute } = redisWatch();
    minute(0, memory(95));
    expect(minute(1, NO_LIMIT)).toEqual([]);
    expect(incidentsOf(monitor)).toEqual([]);
  });
});

describe('an incident that came back', () => {
  /** Reports of a flapping finding: down twice, well, down, and then well for so many. */
  const reportsToRecover = (recoverySeconds: number, seconds: number): number => {
    const { monitor } = redisWatch({ findings: { 'redis-down': { pendingSeconds: 0, recoverySeconds } } });
    const look = (n: number, values: Values = {}) =>
      monitor.look(seconds * n, healthy('redis/streams', values, { at: seconds * n }));
    for (const [n, values] of [DOWN, {}, DOWN].entries()) look(n, values);
    for (let well = 1; well < 50; well++) if (tellings(look(2 + well)).length > 0) return well;
    return Number.POSITIVE_INFINITY;
  };

  it('has to be well for twice as long, whatever the installation calls long', () => {
    expect(reportsToRecover(50, 60)).toBe(3);
    expect(reportsToRecover(50 / 12, 5)).toBe(3);
  });

  it('has to be well for two minutes where one good report is enough else', () => {
    expect(reportsToRecover(0, 60)).toBe(3);
  });
});

describe('an incident that was only pending', () => {
  it('is forgotten when nobody looks any more', () => {
    const { monitor, minute } = redisWatch();
    minute(0, DOWN);
    monitor.configure(installation({ postgres: [], prefect: [], redis: [] }));
    const { changes, snapshot } = monitor.look(61);
    expect([changes, snapshot.incidents, incidentsOf(monitor)]).toEqual([[], [], []]);
  });
});

describe('a finding that is merely informative', () => {
  const rule = first(rulesFor(installation(), targetNamed('redis/streams')));
  const key = 'redis-down@redis/streams';
  const seen = (severity: Severity, seconds: number, before: readonly Episode[]) => {
    const down = healthy('redis/streams', DOWN, { at: seconds });
    const { snapshot } = new Monitor().look(seconds, down);
    const finding = { ...first(snapshot.findings), severity };
    const outcome = { key, target: 'redis/streams', rule, result: 'holds', finding } as const;
    const standing = new Map([[key, finding]]);
    return advance({ episodes: before, outcomes: [outcome], standing, now: at(seconds) });
  };

  it('begins no incident', () => {
    expect(seen('info', 0, [])).toEqual([]);
    expect(seen('warning', 0, [])).toMatchObject([{ phase: 'pending' }]);
  });

  it('ends the incident it was when it was worse', () => {
    const open = seen('critical', 60, seen('critical', 0, []));
    const recovering = seen('info', 120, open);
    expect(recovering).toMatchObject([{ phase: 'recovering' }]);
    expect(seen('info', 180, recovering)).toMatchObject([{ phase: 'closed', closed_at: at(180) }]);
  });
});
