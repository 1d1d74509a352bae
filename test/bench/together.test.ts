import { describe, expect, it } from 'vitest';
import { faultOf } from '../../bench/score/faults.ts';
import { areIndependent, isCauseOf } from '../../bench/score/together.ts';

describe('of two faults', () => {
  it.each([
    ['locks hold up a docket', 'postgres-lock-contention', 'docket-backlog-growing', true],
    ['a docket holds up no database', 'docket-backlog-growing', 'postgres-lock-contention', false],
    ['a database that is down hides its locks', 'postgres-down', 'postgres-lock-contention', false],
    ['nobody knows how full a pool is while the API is down', 'db-pool-exhausted', 'prefect-api-down', false],
    ['a queue of ARQ belongs to another installation', 'redis-down', 'work-queue-growing', false],
  ])(
    'one is the cause of the other where the catalogue says so and both can be seen: %s',
    (_, cause, effect, is) => {
      expect(isCauseOf(faultOf(cause), faultOf(effect))).toBe(is);
    },
  );

  it.each([
    ['a certificate and a deadlock', 'tls-expiring', 'postgres-deadlocks', true],
    ['locks and a docket', 'postgres-lock-contention', 'docket-backlog-growing', false],
    ['one and the same', 'tls-expiring', 'tls-expiring', false],
    ['what both change the same', 'docket-not-watched', 'docket-no-live-worker', false],
    ['what one brings may follow from the other', 'docket-in-memory', 'redis-refusing-writes', false],
  ])('neither has to do with the other: %s', (_, a, b, are) => {
    expect(areIndependent(faultOf(a), faultOf(b))).toBe(are);
    expect(areIndependent(faultOf(b), faultOf(a))).toBe(are);
  });
});
