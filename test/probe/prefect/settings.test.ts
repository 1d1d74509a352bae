import { describe, expect, it } from 'vitest';
import { isAtLeast } from '../../../lib/catalogue/prefect/release.ts';
import { settingsIn } from '../../../lib/catalogue/prefect/settings.ts';
import { secondsOf } from '../../../lib/probe/prefect/duration.ts';
import { isPasswordShown, pickSettings } from '../../../lib/probe/prefect/settings.ts';

const PASSWORD = 'a-password-that-must-not-be-repeated';

/** The parts of an answer of Prefect 3.8.8 that are looked at, and some that must not travel on. */
const answer = (change: Record<string, unknown> = {}) => ({
  server: {
    analytics_enabled: true,
    docket: { name: 'prefect-server', url: `redis://:${PASSWORD}@redis.internal:6379/0` },
    database: {
      connection_url: '**********',
      sqlalchemy: { pool_size: 5, max_overflow: 10, pool_timeout: 30.0 },
    },
    events: {
      messaging_broker: 'prefect_redis.messaging',
      proactive_granularity: 'PT5S',
      retention_period: 'P7D',
    },
    services: {
      cancellation_cleanup: { enabled: true, loop_seconds: 20.0 },
      db_vacuum: { enabled: ['events'], loop_seconds: 3600.0, orphan_cleanup_loop_seconds: 86400.0 },
      event_persister: { enabled: true },
      late_runs: { enabled: false, loop_seconds: 7.5 },
      triggers: { enabled: true },
    },
    ...change,
  },
});
const vacuums = (enabled: unknown) => {
  const services = { db_vacuum: { enabled, loop_seconds: 60 }, event_persister: { enabled: true } };
  const { perpetual } = pickSettings(answer({ services }));
  return ['schedule_event_vacuum_tasks', 'schedule_vacuum_tasks'].map((name) => perpetual[name]?.enabled);
};

describe('the settings of a server', () => {
  it('are picked without an address, a user or a password', () => {
    const picked = pickSettings(answer());
    expect(picked).toMatchObject({
      docket: { backend: 'redis', name: 'prefect-server' },
      messaging: 'redis',
      events_retention_seconds: 604_800,
      pool: { size: 5, max_overflow: 10, timeout_seconds: 30 },
      consumers: { 'event-persister': true, 'reactive-triggers': true, actions: true },
    });
    expect(JSON.stringify(picked)).not.toMatch(new RegExp(`${PASSWORD}|internal`));
    expect(settingsIn({ settings: picked })).toEqual(picked);
  });

  it.each([
    [`redis://:${PASSWORD}@redis.internal:6379/0`, true],
    [`rediss://default:${PASSWORD}@redis.internal:6379/0`, true],
    [`redis+cluster://:${PASSWORD}@redis.internal:6379/0`, true],
    [`redis://redis.internal:6379/0?password=${PASSWORD}`, true],
    ['redis://:**********@redis.internal:6379/0', false],
    ['redis://vitals@redis.internal:6379/0', false],
    ['redis://redis.internal:6379/0', false],
    ['memory://', false],
    ['**********', false],
    [null, false],
  ])('say of %s whether they show a password: %s', (url, isShown) => {
    expect(isPasswordShown(answer({ docket: { name: 'prefect', url } }))).toBe(isShown);
  });

  it('say which services are on and how often they run, in numbers and in durations', () => {
    expect(pickSettings(answer()).perpetual).toMatchObject({
      monitor_late_runs: { enabled: false, interval_seconds: 7.5 },
      evaluate_proactive_triggers_periodic: { enabled: true, interval_seconds: 5 },
      schedule_event_vacuum_tasks: { enabled: true, interval_seconds: 3600 },
      schedule_orphan_vacuum_tasks: { enabled: false, interval_seconds: 86_400 },
      send_telemetry_heartbeat: { enabled: true, interval_seconds: 600 },
    });
  });

  it('leave out what this release does not have', () => {
    const { perpetual, consumers } = pickSettings(answer());
    expect(perpetual).not.toHaveProperty('reconcile_cleanup_delivery');
    expect(consumers).not.toHaveProperty('event-logger');
  });

  it.each([
    [['events'], [true, false]],
    [
      ['events', 'flow_runs'],
      [true, true],
    ],
    [[], [false, false]],
    [true, [true, true]],
    [false, [true, false]],
    [null, [false, false]],
  ])('say what is vacuumed, as a list or as releases before it wrote it: %o', (enabled, expected) => {
    expect(vacuums(enabled)).toEqual(expected);
  });

  it.each([
    ['memory://', 'memory'],
    ['redis://r:6379/0', 'redis'],
    ['rediss://r:6379/0', 'redis'],
    ['redis+sentinel://r:26379/main', 'redis'],
    ['amqp://r', 'other'],
    [undefined, 'other'],
  ])('say what the docket %s is', (url, backend) => {
    expect(pickSettings(answer({ docket: { name: 'x', url } })).docket.backend).toBe(backend);
  });

  it('are refused when they are no settings', () => {
    expect(() => pickSettings({ server: 'no' })).toThrow();
    expect(() => pickSettings([])).toThrow();
    expect(settingsIn({ settings: { docket: 'redis' } })).toBeNull();
    expect(settingsIn({})).toBeNull();
  });
});

describe('a duration', () => {
  it.each([
    [5, 5],
    ['PT5S', 5],
    ['PT1H30M', 5400],
    ['P7D', 604_800],
    ['P1DT0.5S', 86_400.5],
    ['P', null],
    ['5 minutes', null],
    [Number.NaN, null],
    [undefined, null],
  ])('%s is %s seconds', (value, seconds) => {
    expect(secondsOf(value)).toBe(seconds);
  });
});

describe('a release', () => {
  it.each([
    ['3.8.8', '3.8.8', true],
    ['3.10.0', '3.9.9', true],
    ['3.8.4.dev6', '3.8.4', true],
    ['3.6.6', '3.6.7', false],
    ['4', '3.9', true],
    ['3.6+local.1', '3.6.7', false],
  ])('%s is at least %s: %s', (release, since, expected) => {
    expect(isAtLeast(release, since)).toBe(expected);
  });
});
