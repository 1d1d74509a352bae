import { describe, expect, it } from 'vitest';
import { rootBlockersOf } from '../../../lib/probe/postgres/blocking.ts';

describe('the root of a blocking chain', () => {
  it('is nobody when nobody waits', () => {
    expect(rootBlockersOf([])).toEqual([]);
  });

  it('is the session that waits for nobody itself, however deep the chain', () => {
    const chain = [
      { pid: 20, blockers: [10] },
      { pid: 30, blockers: [20] },
      { pid: 40, blockers: [30] },
    ];
    expect(rootBlockersOf(chain)).toEqual([{ pid: 10, waiting: 3, depth: 3 }]);
  });

  it('comes with the number of sessions behind it, each counted once', () => {
    const diamond = [
      { pid: 2, blockers: [1] },
      { pid: 3, blockers: [1] },
      { pid: 4, blockers: [2, 3] },
    ];
    expect(rootBlockersOf(diamond)).toEqual([{ pid: 1, waiting: 3, depth: 2 }]);
  });

  it('is listed with the one that holds up most first', () => {
    const two = [
      { pid: 11, blockers: [10] },
      { pid: 21, blockers: [20] },
      { pid: 22, blockers: [20] },
    ];
    expect(rootBlockersOf(two).map((r) => r.pid)).toEqual([20, 10]);
  });

  it('is counted once when PostgreSQL names a blocker twice, as it does for parallel workers', () => {
    expect(rootBlockersOf([{ pid: 2, blockers: [1, 1] }])).toEqual([{ pid: 1, waiting: 1, depth: 1 }]);
  });

  it('does not exist in a ring of waiters, and the search for it ends', () => {
    const ring = [
      { pid: 1, blockers: [2] },
      { pid: 2, blockers: [1] },
    ];
    expect(rootBlockersOf(ring)).toEqual([]);
    expect(rootBlockersOf([...ring, { pid: 2, blockers: [9] }])).toEqual([{ pid: 9, waiting: 2, depth: 2 }]);
  });
});
