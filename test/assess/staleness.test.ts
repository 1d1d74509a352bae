import { describe, expect, it } from 'vitest';
import { watch } from '../../lib/assess/staleness.ts';
import { MONITOR_SIGNALS } from '../../lib/catalogue/signals/monitor.ts';
import { POSTGRES_HOST_SIGNALS } from '../../lib/catalogue/signals/postgres-host.ts';
import { at, findingKeys, healthy, installation, Monitor, report, targetNamed } from './builders.ts';

const orion = targetNamed('postgres/orion');
const onlyOrion = () => new Monitor(installation({ redis: [], prefect: [] }));
const reasonOf = (monitor: Monitor, seconds: number) =>
  monitor.again(seconds).snapshot.monitor.targets[0]?.unknown?.reason;

describe('the age of a report', () => {
  it('is counted in its own intervals', () => {
    const quarterly = report('postgres/orion', {}, { tier: 'quarter-hour' });
    const watched = watch(orion, [healthy('postgres/orion'), quarterly], at(0), at(90));
    expect(watched.ageIntervals).toBe(1.5);
    expect(watched.fresh).toHaveLength(2);
  });

  it('makes it stale at two intervals and not a moment before', () => {
    const reports = [healthy('postgres/orion')];
    expect(watch(orion, reports, at(0), at(119.999)).unknown).toBeNull();
    expect(watch(orion, reports, at(0), at(120)).unknown?.reason).toBe('stale');
  });

  it('is that of the tier most overdue', () => {
    const reports = [
      healthy('postgres/orion', {}, { at: 3600 }),
      report('postgres/orion', {}, { tier: 'quarter-hour', at: 900 }),
    ];
    const watched = watch(orion, reports, at(0), at(3600), ['minute', 'quarter-hour']);
    expect(watched.ageIntervals).toBe(3);
    expect(watched.unknown?.reason).toBe('stale');
    expect(watched.fresh.map((r) => r.tier)).toEqual(['minute']);
  });

  it('counts from when the target was first expected, where a tier never reported', () => {
    const watched = watch(orion, [healthy('postgres/orion', {}, { at: 1800 })], at(0), at(1800), [
      'minute',
      'quarter-hour',
    ]);
    expect(watched.ageIntervals).toBe(2);
  });

  it('is as bad for a report from the future as for one from the past', () => {
    const tomorrow = healthy('postgres/orion', {}, { at: 86_400 });
    expect(watch(orion, [tomorrow], at(0), at(0)).unknown?.reason).toBe('stale');
    const aSecondAhead = healthy('postgres/orion', {}, { at: 1 });
    expect(watch(orion, [aSecondAhead], at(0), at(0)).unknown).toBeNull();
  });
});

describe('a target that never reported', () => {
  it('is not collected yet for two intervals and stale from then on', () => {
    const monitor = onlyOrion();
    const first = monitor.look(0);
    expect(first.snapshot.monitor.targets[0]).toMatchObject({ status: 'unknown', observed_at: null });
    expect(reasonOf(monitor, 119)).toBe('not-collected');
    expect(reasonOf(monitor, 120)).toBe('stale');
  });

  it('is missed by its own finding, told at once', () => {
    const monitor = onlyOrion();
    expect(findingKeys(monitor.look(0))).toEqual([]);
    const silent = monitor.look(121);
    expect(findingKeys(silent)).toEqual(['probe-silent@postgres/orion']);
    expect(silent.changes).toHaveLength(1);
    expect(silent.snapshot.status).toBe('warning');
  });
});

describe('a stale report', () => {
  it('leaves no value standing as if it were known', () => {
    const monitor = onlyOrion();
    monitor.look(0, healthy('postgres/orion', {}, { facts: { version: '18.4' } }));
    const { snapshot } = monitor.look(121);
    expect(snapshot.database).toMatchObject({ status: 'unknown', connections: null, version: null });
    expect(snapshot.database.unknown?.reason).toBe('stale');
    const [target] = snapshot.monitor.targets;
    expect(target?.facts).toEqual({});
    const notProbed = new Set([...MONITOR_SIGNALS, ...POSTGRES_HOST_SIGNALS].map((s) => s.id));
    const probed = target?.readings?.filter((r) => !notProbed.has(r.signal)) ?? [];
    expect(probed).not.toHaveLength(0);
    for (const reading of probed)
      expect(reading).toMatchObject({ value: null, unknown: { reason: 'stale' } });
  });

  it('still says when the target was last seen', () => {
    const monitor = onlyOrion();
    monitor.look(0, healthy('postgres/orion', {}, { at: -3 }));
    expect(monitor.look(500).snapshot.monitor.targets[0]?.observed_at).toBe(at(-3));
  });

  it('grows from a warning to an error as the silence lasts, and ends with the next report', () => {
    const monitor = onlyOrion();
    monitor.look(0, healthy('postgres/orion'));
    expect(monitor.look(121).snapshot.status).toBe('warning');
    const worse = monitor.look(601);
    expect(worse.snapshot.status).toBe('error');
    expect(worse.changes.map((c) => c.kind)).toEqual(['escalated']);
    const back = monitor.look(661, healthy('postgres/orion', {}, { at: 660 }));
    expect(back.changes.map((c) => c.kind)).toEqual(['recovered']);
    expect(back.snapshot.status).toBe('healthy');
  });
});

describe('a report that cannot say whether its target is up', () => {
  it.each(['auth', 'tls', 'dns', 'protocol'] as const)('makes it unknown with the reason %s', (reason) => {
    const monitor = onlyOrion();
    const { snapshot } = monitor.look(0, report('postgres/orion', { 'postgres.up': reason }));
    expect(snapshot.monitor.targets[0]).toMatchObject({ status: 'unknown', unknown: { reason } });
    expect(snapshot.findings[0]).toMatchObject({ id: 'probe-failing', status: 'warning' });
    expect(snapshot.findings[0]?.evidence[0]?.text).toContain(reason);
  });

  it('counts as a failed probe when it does not mention it at all', () => {
    const { snapshot } = onlyOrion().look(0, report('postgres/orion', {}));
    expect(snapshot.monitor.targets[0]?.unknown?.reason).toBe('failed');
  });

  it('is merely unknown until a second report agrees, however often the first is assessed', () => {
    const monitor = onlyOrion();
    const bad = (seconds: number) => report('postgres/orion', { 'postgres.up': 'auth' }, { at: seconds });
    expect(monitor.look(0, bad(0)).snapshot.status).toBe('unknown');
    const again = monitor.look(59);
    expect(again.snapshot.status).toBe('unknown');
    expect(again.changes).toEqual([]);
    const second = monitor.look(60, bad(60));
    expect(second.snapshot.status).toBe('warning');
    expect(second.snapshot.monitor.status).toBe('warning');
    expect(second.changes.map((c) => c.kind)).toEqual(['opened']);
  });
});

describe('a signal that both tiers report', () => {
  const upIn = (monitor: Monitor, seconds: number) =>
    monitor
      .again(seconds)
      .snapshot.monitor.targets[0]?.readings?.filter((r) => r.signal === 'postgres.up')
      .map((r) => r.value);
  const heavy = (up: number, seconds: number) =>
    report('postgres/orion', { 'postgres.up': up }, { tier: 'quarter-hour', at: seconds });

  it('is as the newest report says', () => {
    const monitor = onlyOrion();
    monitor.look(0, heavy(1, 0), healthy('postgres/orion', { 'postgres.up': 0 }, { at: 5 }));
    expect(upIn(monitor, 6)).toEqual([0]);
    monitor.look(11, heavy(1, 10));
    expect(upIn(monitor, 12)).toEqual([1]);
  });

  it('is unknown once the newest report is stale, whatever an older one of a slower tier says', () => {
    const monitor = onlyOrion();
    monitor.look(0, heavy(1, 0), healthy('postgres/orion', {}, { at: 5 }));
    expect(upIn(monitor, 126)).toEqual([null]);
    expect(reasonOf(monitor, 126)).toBe('stale');
  });
});
