import { describe, expect, it } from 'vitest';
import type { Facts } from '../../lib/model/report.ts';
import { ALL_WELL, factsOf } from './background-services.ts';
import { at, healthy, installation, Monitor, type Values } from './builders.ts';
import { NOTHING_OWED } from './database-effects.ts';
import { ACCESS } from './logs-watch.ts';
import { LATE, memory, REDIS } from './services-watch.ts';

/** What the logs of the minute before a look told of services that failed. */
const told = (...failures: readonly object[]): Facts => ({
  log_window: { from: at(-60), to: at(0) },
  log_service_failures: failures.map((f) => ({
    in_a_row: 1,
    duration_ms: null,
    error: 'TimeoutError',
    ...f,
  })),
});

function look(logs: Facts, redis: Values = {}, redisFacts: Facts = {}) {
  const monitor = new Monitor(
    installation({ postgres: [], redis: [REDIS], kubernetes: [{ access: ACCESS }] }),
  );
  const { snapshot } = monitor.look(
    0,
    healthy('redis/main', { ...ALL_WELL, ...redis }, { facts: redisFacts }),
    healthy('prefect/server', {}, { facts: factsOf() }),
    healthy('logs/cluster', {}, { facts: logs }),
  );
  const { perpetual, consumer } = snapshot.services;
  return {
    finding: snapshot.findings.find((f) => f.id === 'perpetual-raising'),
    perpetual: perpetual.find((s) => s.name === LATE),
    consumer: (name: string) => consumer.find((s) => s.name === name),
  };
}

describe('a periodic service whose log tells of a run that raised', () => {
  it('is in error, with what it raised and how long that took, when it was the last of the minute', () => {
    const { perpetual, finding } = look(told({ service: LATE, last: at(-5), duration_ms: 10_014 }));
    expect(perpetual).toMatchObject({
      status: 'error',
      last_duration_ms: 10_014,
      error: 'TimeoutError',
      details: { last_end_heard: at(-5) },
    });
    expect(finding?.evidence.map((e) => e.text)).toEqual([
      'monitor_late_runs (marks runs late) raised after 10014 ms: TimeoutError',
    ]);
  });

  it.each([
    ['of five seconds was followed by another in the minute', at(-7), 14, 'healthy'],
    ['of five seconds could be followed by none', at(-6), 14, 'error'],
    ['took so long that none could follow', at(-11), 10_014, 'error'],
    ['took long, and another could follow all the same', at(-12), 10_014, 'healthy'],
    ['bears no time', null, 14, 'healthy'],
  ])('is judged by a run that %s', (_, last, duration_ms, status) => {
    const { perpetual, finding } = look(told({ service: LATE, last, duration_ms }));
    expect(perpetual?.status).toBe(status);
    expect(finding === undefined).toBe(status === 'healthy');
    expect(perpetual?.last_duration_ms).toBe(duration_ms);
  });

  it('is judged by what was heard of it where that is newer', () => {
    const failed = told({ service: LATE, last: at(-5), duration_ms: 10_014 });
    const { perpetual } = look(failed, {
      'redis.perpetual.duration_ms': { [LATE]: 20 },
      'redis.perpetual.raised': { [LATE]: 0 },
    });
    expect(perpetual).toMatchObject({ status: 'healthy', last_duration_ms: 20, error: null });
  });

  it('is judged by its runs alone where the facts are none of a log’s', () => {
    const strange: readonly Facts[] = [
      {},
      { log_service_failures: 'many' },
      { log_service_failures: [{ service: LATE }] },
    ];
    for (const facts of strange)
      expect(look(facts).perpetual).toMatchObject({ status: 'healthy', last_duration_ms: null, error: null });
  });
});

describe('a periodic service of a docket in memory', () => {
  const entry = (logs: Facts) =>
    new Monitor(installation({ redis: [], kubernetes: [{ access: ACCESS }] }))
      .look(
        0,
        healthy('postgres/orion', NOTHING_OWED),
        healthy('prefect/server', {}, { facts: memory }),
        healthy('logs/cluster', {}, { facts: logs }),
      )
      .snapshot.services.perpetual.find((s) => s.name === LATE);

  it('is in error when its log tells of a run that raised, although it owes nothing', () => {
    expect(entry(told({ service: LATE, last: at(-1), duration_ms: 14 }))).toMatchObject({
      status: 'error',
      last_duration_ms: 14,
      error: 'TimeoutError',
      details: { source: 'database effects' },
    });
    expect(entry(told())).toMatchObject({ status: 'healthy', last_duration_ms: null, error: null });
  });
});

describe('a consumer whose log tells of failures', () => {
  it.each([
    [1, 'healthy'],
    [2, 'healthy'],
    [3, 'degraded'],
    [5, 'degraded'],
  ])('that failed %d times in a row is %s', (in_a_row, status) => {
    const { consumer } = look(told({ service: 'EventPersister', last: at(-1), in_a_row }));
    expect(consumer('EventPersister')).toMatchObject({
      status,
      error: 'TimeoutError',
      details: { consecutive_failures: in_a_row },
    });
    expect(consumer('TaskRunRecorder')).toMatchObject({
      status: 'healthy',
      error: null,
      details: { consecutive_failures: null },
    });
  });

  it('keeps the worse status its group gives it', () => {
    const silent = {
      'redis.consumer.idle_seconds': { ...(ALL_WELL['redis.consumer.idle_seconds'] as object), actions: 90 },
      'redis.consumer.lag': { ...(ALL_WELL['redis.consumer.lag'] as object), actions: 4 },
    };
    const { consumer } = look(told({ service: 'Actions', last: at(-1), in_a_row: 9 }), silent);
    expect(consumer('Actions')?.status).toBe('error');
  });

  it('says how many messages were given up, of all consumers together', () => {
    const { consumer } = look({}, { 'redis.dead_letters': 7 });
    expect(consumer('Actions')?.details.dead_letters).toBe(7);
  });
});
