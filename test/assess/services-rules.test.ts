import { describe, expect, it } from 'vitest';
import { FINDINGS } from '../../lib/catalogue/findings/index.ts';
import type { Facts } from '../../lib/model/report.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { ALL_WELL, but, factsOf, NOTHING_THERE, SETTINGS, unheardOf } from './background-services.ts';
import { healthy, type Values } from './builders.ts';
import { age, LATE, look, memory, PERSISTER, REDIS, single, watched } from './services-watch.ts';

/** What is left when Redis lost its data and the services are gone: the API's worker shows itself again at once. */
const ONLY_THE_API: Values = {
  ...NOTHING_THERE,
  'redis.docket.workers': { prefect: 0, 'prefect-server': 1 },
};
const found = (snapshot: Snapshot, id: string) => snapshot.findings.find((f) => f.id === id);

/** One row: the finding, what differs from health now, the severity expected, and what is said by the server. */
const ROWS: readonly (readonly [id: string, now: Values, severity: string | undefined, facts?: Facts])[] = [
  ['docket-no-live-worker', {}, undefined],
  ['docket-no-live-worker', but('redis.docket.workers', 'prefect', 0), 'critical'],
  ['docket-no-live-worker', NOTHING_THERE, undefined],
  ['docket-not-watched', {}, undefined],
  ['docket-not-watched', NOTHING_THERE, 'warning'],
  ['docket-not-watched', NOTHING_THERE, undefined, memory],
  ['docket-not-watched', NOTHING_THERE, undefined, {}],
  ['docket-backlog-growing', but('redis.docket.backlog', 'prefect', 99), undefined],
  ['docket-backlog-growing', but('redis.docket.backlog', 'prefect', 100), 'warning'],
  ['docket-backlog-growing', but('redis.docket.backlog', 'prefect-server', 2000), 'critical'],
  ['docket-in-memory', {}, undefined],
  ['docket-in-memory', NOTHING_THERE, 'warning', memory],
  ['docket-in-memory', NOTHING_THERE, undefined, single],
  ['perpetual-behind', age(LATE, 9.9), undefined],
  ['perpetual-behind', age(LATE, 10), 'warning'],
  ['perpetual-behind', age(LATE, 25), 'warning'],
  ['perpetual-behind', age(LATE, 25.1), undefined],
  ['perpetual-stopped', age(LATE, 24.9), undefined],
  ['perpetual-stopped', age(LATE, 25), 'critical'],
  ['perpetual-stopped', age('schedule_deployments', 299), undefined],
  ['perpetual-raising', {}, undefined],
  ['perpetual-raising', { 'redis.perpetual.raised': { [LATE]: 0 } }, undefined],
  ['perpetual-raising', { 'redis.perpetual.raised': { [LATE]: 1 } }, 'warning'],
  ['perpetual-missing', {}, undefined],
  ['perpetual-missing', unheardOf(LATE), 'critical'],
  ['perpetual-missing', unheardOf(LATE), undefined, {}],
  ['perpetual-missing', unheardOf(LATE), undefined, factsOf(SETTINGS, '3.6.6')],
  ['perpetual-missing', unheardOf('reconcile_cleanup_delivery'), undefined, factsOf(SETTINGS, '3.6.29')],
  ['perpetual-missing', NOTHING_THERE, undefined],
  ['perpetual-missing', ONLY_THE_API, 'critical'],
  ['consumer-missing', NOTHING_THERE, undefined],
  ['consumer-missing', ONLY_THE_API, 'critical'],
  ['consumer-missing', but('redis.consumer.present', PERSISTER, 0), 'critical'],
  ['consumer-missing', but('redis.consumer.present', 'event-logger', 0), undefined],
  ['consumer-missing', but('redis.consumer.present', PERSISTER, 0), undefined, single],
  ['consumer-lagging', but('redis.consumer.lag', PERSISTER, 999), undefined],
  ['consumer-lagging', but('redis.consumer.lag', PERSISTER, 1000), 'warning'],
  ['consumer-lagging', but('redis.consumer.lag', PERSISTER, 50_000), 'critical'],
  ['consumer-silent', but('redis.consumer.idle_seconds', PERSISTER, 4000), undefined],
  [
    'consumer-silent',
    { ...but('redis.consumer.idle_seconds', PERSISTER, 60), ...but('redis.consumer.lag', PERSISTER, 1) },
    'critical',
  ],
  [
    'consumer-silent',
    { ...but('redis.consumer.idle_seconds', PERSISTER, 59), ...but('redis.consumer.pending', PERSISTER, 9) },
    undefined,
  ],
  ['dead-letters-growing', {}, undefined],
  ['dead-letters-growing', { 'redis.dead_letters': 1 }, 'warning'],
];

describe('a finding about background services', () => {
  const cases = ROWS.map(([id, now, severity, facts]) => ({ id, now, severity, facts }));

  it.each(cases)('$id, where $now, is judged $severity', ({ id, now, severity, facts }) => {
    expect(found(look({}, now, facts), id)?.severity).toBe(severity);
  });

  it('that the API shows the password of its Redis is a hint', () => {
    const judged = (shown: number) =>
      watched([]).look(0, healthy('prefect/server', { 'prefect.docket.password_shown': shown })).snapshot;
    expect(found(judged(0), 'docket-password-exposed')).toBeUndefined();
    expect(found(judged(1), 'docket-password-exposed')?.severity).toBe('info');
    expect(judged(1).docket.status).toBe(judged(0).docket.status);
  });

  it('has a row above that holds and one that does not', () => {
    const ids = FINDINGS.map((f) => f.id).filter((id) =>
      /^(docket(?!-password)|perpetual|consumer|dead-letters)-/.test(id),
    );
    const rows = (holds: boolean) => ROWS.filter((r) => (r[2] !== undefined) === holds).map(([id]) => id);
    for (const id of ids) {
      expect(rows(true)).toContain(id);
      expect(rows(false)).toContain(id);
    }
  });

  it('does not hold for a backlog that shrinks, however large', () => {
    const backlog = (count: number) => but('redis.docket.backlog', 'prefect', count);
    expect(found(look(backlog(9000), backlog(8000)), 'docket-backlog-growing')).toBeUndefined();
    const text = found(look(backlog(100), backlog(700)), 'docket-backlog-growing')?.evidence[0]?.text;
    expect(text).toBe('docket prefect: 700 tasks should have begun, 600 more each minute');
  });

  it('does not hold for dead letters that have lain there for long', () => {
    const dead = { 'redis.dead_letters': 50 };
    expect(found(look(dead, dead), 'dead-letters-growing')).toBeUndefined();
    expect(found(look(dead, { 'redis.dead_letters': 0 }), 'dead-letters-growing')).toBeUndefined();
  });

  it('goes by the interval the server was set to, not by the default', () => {
    const slow = {
      ...SETTINGS,
      perpetual: { ...SETTINGS.perpetual, [LATE]: { enabled: true, interval_seconds: 60 } },
    };
    expect(found(look({}, age(LATE, 100), factsOf(slow)), 'perpetual-stopped')).toBeUndefined();
    expect(found(look({}, age(LATE, 300), factsOf(slow)), 'perpetual-stopped')?.evidence[0]?.value).toBe(5);
  });

  it('says what a run raised and after what time, for two minutes unless it is heard again', () => {
    const monitor = watched();
    const heard: Values = {
      'redis.perpetual.raised': { [LATE]: 1 },
      'redis.perpetual.duration_ms': { [LATE]: 10_014 },
    };
    const silence: Values = {
      'redis.perpetual.raised': 'no-traffic',
      'redis.perpetual.duration_ms': 'no-traffic',
    };
    const seenAt = (seconds: number, values: Values, facts: Facts = {}) =>
      found(
        monitor.look(seconds, healthy('redis/main', { ...ALL_WELL, ...values }, { at: seconds, facts }))
          .snapshot,
        'perpetual-raising',
      )?.evidence[0]?.text;
    expect(seenAt(0, heard, { service_errors: { [LATE]: 'TimeoutError: ' } })).toBe(
      'monitor_late_runs (marks runs late) raised after 10014 ms: TimeoutError: ',
    );
    expect(seenAt(60, silence)).toContain('raised after 10014 ms: its last run raised an exception');
    expect(seenAt(120, silence)).toBeUndefined();
  });

  it('says nothing of a time that is not known', () => {
    const snapshot = look({}, { 'redis.perpetual.raised': { [LATE]: 1 } });
    expect(found(snapshot, 'perpetual-raising')?.evidence.map((e) => e.text)).toEqual([
      'monitor_late_runs (marks runs late) raised: its last run raised an exception',
    ]);
  });

  it('does not blame a service that is switched off', () => {
    const off = {
      ...SETTINGS,
      perpetual: { ...SETTINGS.perpetual, [LATE]: { enabled: false, interval_seconds: 5 } },
    };
    const snapshot = look({}, age(LATE, 9000), factsOf(off));
    expect(found(snapshot, 'perpetual-stopped')).toBeUndefined();
    expect(snapshot.services.perpetual.map((s) => s.name)).not.toContain(LATE);
  });

  it('does not miss on one Redis what another one holds', () => {
    const cache = { name: 'other', host: 'other.internal' };
    const monitor = watched([REDIS, cache]);
    const other = healthy('redis/other', NOTHING_THERE, { at: 0 });
    monitor.look(0, other);
    expect(look({}, {}, factsOf(), monitor).findings).toEqual([]);
  });

  it('follows from the worker that is gone, and that from Redis', () => {
    const dead = but('redis.docket.workers', 'prefect', 0);
    const snapshot = look({}, { ...dead, ...age(LATE, 200) });
    expect(found(snapshot, 'perpetual-stopped')?.caused_by).toBe('docket-no-live-worker@redis/main');
    expect(snapshot.root_cause?.finding).toBe('docket-no-live-worker');
  });
});
