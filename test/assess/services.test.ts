import { describe, expect, it } from 'vitest';
import type { Facts } from '../../lib/model/report.ts';
import { ALL_WELL, but, EXPECTED, factsOf, NOTHING_THERE, unheardOf } from './background-services.ts';
import { at, healthy, type Values } from './builders.ts';
import { age, LATE, look, memory, PERSISTER, watched } from './services-watch.ts';

describe('services.perpetual', () => {
  const entry = (now: Values, name = LATE, facts?: Facts) =>
    look({}, now, facts).services.perpetual.find((s) => s.name === name);

  it('holds every service that is switched on, with the status its last start gives it', () => {
    const { services } = look({}, {});
    expect(services.perpetual.map((s) => [s.name, s.status])).toEqual(
      EXPECTED.map((s) => [s.name, 'healthy']),
    );
    expect(services).not.toHaveProperty('unknown');
  });

  it.each([
    [10, 'healthy'],
    [10.1, 'degraded'],
    [25, 'degraded'],
    [25.1, 'error'],
  ])('says of a service of five seconds that began %d s ago: %s', (seconds, status) => {
    expect(entry(age(LATE, seconds))?.status).toBe(status);
  });

  it('says when it began, when it is due and how often it ran', () => {
    const now = {
      ...age(LATE, 4),
      ...but('redis.perpetual.next_due_seconds', LATE, -3),
      ...but('redis.perpetual.generation', LATE, 112),
    };
    expect(entry(now)).toEqual({
      name: LATE,
      status: 'healthy',
      last_heartbeat: at(56),
      last_duration_ms: null,
      expected_interval_seconds: 5,
      details: {
        runs_since_last_probe: 12,
        runs_per_minute: 12,
        next_due: at(57),
        overdue_seconds: 3,
        running_seconds: 0,
        workers: 1,
        last_end_heard: null,
        source: 'redis',
      },
      error: null,
    });
  });

  it('says how long the last run took whose end was heard, and when that was, for a quarter of an hour', () => {
    const monitor = watched();
    const silence: Values = {
      'redis.perpetual.raised': 'no-traffic',
      'redis.perpetual.duration_ms': 'no-traffic',
    };
    const entryAt = (seconds: number, values: Values) =>
      monitor
        .look(seconds, healthy('redis/main', { ...ALL_WELL, ...values }, { at: seconds }))
        .snapshot.services.perpetual.find((s) => s.name === LATE);
    const heard: Values = {
      'redis.perpetual.raised': { [LATE]: 0 },
      'redis.perpetual.duration_ms': { [LATE]: 142.04 },
    };
    const told = {
      status: 'healthy',
      last_duration_ms: 142,
      details: { last_end_heard: at(0) },
      error: null,
    };
    expect(entryAt(0, heard)).toMatchObject(told);
    expect(entryAt(840, silence)).toMatchObject(told);
    expect(entryAt(900, silence)).toMatchObject({
      last_duration_ms: null,
      details: { last_end_heard: null },
    });
  });

  it('is in error about one whose last run raised, however punctual it is, until one is heard that did not', () => {
    const raised = (value: number) => entry({ 'redis.perpetual.raised': { [LATE]: value } });
    expect(raised(1)).toMatchObject({ status: 'error', error: 'its last run raised an exception' });
    expect(raised(0)).toMatchObject({ status: 'healthy', error: null });
  });

  it('takes the last start from the next one where docket forgets it', () => {
    const now = {
      ...but('redis.perpetual.last_start_age_seconds', LATE, 'missing'),
      ...but('redis.perpetual.next_due_seconds', LATE, 1),
    };
    expect(entry(now)).toMatchObject({ status: 'healthy', last_heartbeat: at(56) });
  });

  it('is in error about one that is switched on and nowhere', () => {
    expect(entry(unheardOf(LATE))).toMatchObject({
      status: 'error',
      last_heartbeat: null,
      details: { unknown: 'missing' },
    });
  });

  it('holds what Redis knows where the server could not be asked', () => {
    expect(look({}, unheardOf(LATE), {}).services.perpetual).toHaveLength(EXPECTED.length - 1);
  });

  it('knows nothing of a docket in memory, and says so', () => {
    const { services, docket } = look({}, NOTHING_THERE, memory);
    expect(services.perpetual.every((s) => s.status === 'unknown')).toBe(true);
    expect(services.unknown?.reason).toBe('not-configured');
    expect(docket).toMatchObject({ status: 'warning', backend: 'memory', pending_tasks: null });
  });

  it('is unknown with a report that is stale', () => {
    const monitor = watched();
    look({}, {}, factsOf(), monitor);
    const { services } = monitor.look(600).snapshot;
    expect(services.perpetual.every((s) => s.status === 'unknown')).toBe(true);
    expect(services.unknown?.reason).toBe('stale');
  });
});

describe('services.consumer', () => {
  const entry = (now: Values) => look({}, now).services.consumer.find((s) => s.name === 'EventPersister');
  const idle = (seconds: number) => but('redis.consumer.idle_seconds', PERSISTER, seconds);
  const lag = (count: number) => but('redis.consumer.lag', PERSISTER, count);

  it.each([
    ['quiet for an hour with nothing to do', idle(3600), 'healthy'],
    ['silent with something to do', { ...idle(61), ...lag(1) }, 'error'],
    ['far behind', lag(1000), 'degraded'],
    ['stuck on a message', but('redis.consumer.oldest_pending_seconds', PERSISTER, 61), 'degraded'],
    ['without its group', but('redis.consumer.present', PERSISTER, 0), 'error'],
    ['of an unknown lag', but('redis.consumer.lag', PERSISTER, 'missing'), 'unknown'],
  ])('judges one %s', (_, now, status) => {
    expect(entry(now)?.status).toBe(status);
  });

  it('says how deep its queue is', () => {
    const now = { ...lag(12), ...but('redis.consumer.pending', PERSISTER, 3), ...idle(2) };
    expect(entry(now)).toMatchObject({
      last_heartbeat: at(58),
      details: { queue_depth: 15, lag: 12, pending: 3, consecutive_failures: null, group: PERSISTER },
    });
  });
});

describe('the docket', () => {
  it('counts what is due or running in all of its names', () => {
    const now = {
      ...but('redis.docket.backlog', 'prefect', 7),
      ...but('redis.docket.running', 'prefect-server', 2),
    };
    expect(look({}, now).docket).toEqual({
      status: 'healthy',
      backend: 'redis',
      latency_ms: 0.4,
      pending_tasks: 10,
    });
  });

  it('is unknown while its Redis does not answer', () => {
    const monitor = watched();
    look({}, {}, factsOf(), monitor);
    const { docket } = monitor.look(300).snapshot;
    expect(docket).toMatchObject({ pending_tasks: null, unknown: { reason: 'stale' } });
  });
});
