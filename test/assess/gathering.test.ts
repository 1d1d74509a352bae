import { describe, expect, it } from 'vitest';
import { at, first, healthy, installation, Monitor, tellings, type Values } from './builders.ts';
import { incidentsOf } from './redis-watch.ts';

const LOCKED: Values = { 'postgres.blocked.sessions': 3, 'postgres.blocked.longest_wait_seconds': 60 };
const NOT_READY: Values = { 'prefect.ready': 0 };
const NOT_READY_KEY = 'prefect-not-ready@prefect/server';
const LOCKED_KEY = 'postgres-lock-contention@postgres/orion';

/** Watches a database and the server on it; `minute` takes in a report of each and says what people were told. */
function watchBoth(but: Parameters<typeof installation>[0] = {}) {
  const monitor = new Monitor(installation({ redis: [], ...but }));
  const minute = (n: number, postgres: Values, prefect: Values) =>
    tellings(
      monitor.look(
        60 * n,
        healthy('postgres/orion', postgres, { at: 60 * n }),
        healthy('prefect/server', prefect, { at: 60 * n }),
      ),
    );
  return { monitor, minute };
}

describe('what follows from one root cause', () => {
  it('is one incident, told once when it opens and once when all of it is over', () => {
    const { monitor, minute } = watchBoth();
    minute(0, LOCKED, NOT_READY);
    expect(minute(1, LOCKED, NOT_READY)).toEqual([`opened ${LOCKED_KEY} 1`]);
    expect(incidentsOf(monitor)).toMatchObject([
      {
        finding: { id: 'postgres-lock-contention' },
        consequences: [{ finding: NOT_READY_KEY, phase: 'open' }],
      },
    ]);
    expect([...minute(2, {}, NOT_READY), ...minute(3, {}, NOT_READY)]).toEqual([]);
    expect(incidentsOf(monitor)).toMatchObject([{ phase: 'open' }]);
    expect([...minute(4, {}, {})]).toEqual([]);
    expect(minute(5, {}, {})).toEqual([`recovered ${LOCKED_KEY} 2`]);
    expect(incidentsOf(monitor)).toEqual([]);
  });

  it('may join later without another alarm', () => {
    const { monitor, minute } = watchBoth();
    minute(0, LOCKED, {});
    expect(minute(1, LOCKED, {})).toHaveLength(1);
    expect([...minute(2, LOCKED, NOT_READY), ...minute(3, LOCKED, NOT_READY)]).toEqual([]);
    expect(incidentsOf(monitor)).toMatchObject([{ consequences: [{ finding: NOT_READY_KEY }] }]);
  });

  it('waits for its cause to be confirmed, so that people hear of the cause first', () => {
    const { monitor, minute } = watchBoth();
    minute(0, {}, NOT_READY);
    expect(minute(1, LOCKED, NOT_READY)).toEqual([]);
    expect(incidentsOf(monitor)).toMatchObject([
      { phase: 'pending', finding: { id: 'postgres-lock-contention' } },
    ]);
    expect(minute(2, LOCKED, NOT_READY)).toEqual([`opened ${LOCKED_KEY} 1`]);
  });

  it('opens by itself when the cause is not confirmed', () => {
    const { minute } = watchBoth();
    minute(0, {}, NOT_READY);
    minute(1, LOCKED, NOT_READY);
    expect(minute(2, {}, NOT_READY)).toEqual([`opened ${NOT_READY_KEY} 1`]);
  });

  it('takes in a deeper cause that is found when people know already', () => {
    const { monitor, minute } = watchBoth();
    minute(0, {}, NOT_READY);
    expect(minute(1, {}, NOT_READY)).toEqual([`opened ${NOT_READY_KEY} 1`]);
    expect([...minute(2, LOCKED, NOT_READY), ...minute(3, LOCKED, NOT_READY)]).toEqual([]);
    expect(incidentsOf(monitor)).toMatchObject([
      { finding: { id: 'postgres-lock-contention' }, consequences: [{ finding: NOT_READY_KEY }] },
    ]);
  });

  it('stands on its own feet once it has outlived its cause by a quarter of an hour', () => {
    const { monitor, minute } = watchBoth();
    minute(0, LOCKED, NOT_READY);
    minute(1, LOCKED, NOT_READY);
    for (let n = 2; n < 18; n++) expect(minute(n, {}, NOT_READY)).toEqual([]);
    expect(minute(18, {}, NOT_READY).toSorted()).toEqual([
      `opened ${NOT_READY_KEY} 1`,
      `recovered ${LOCKED_KEY} 2`,
    ]);
    expect(incidentsOf(monitor)).toMatchObject([{ finding: { id: 'prefect-not-ready' }, consequences: [] }]);
  });

  it('does not outlive its cause while nobody can see whether it still holds', () => {
    const { minute } = watchBoth();
    minute(0, LOCKED, NOT_READY);
    minute(1, LOCKED, NOT_READY);
    const blind: Values = { 'prefect.up': 'timeout', 'prefect.ready': 'timeout' };
    const told = Array.from({ length: 30 }, (_, index) => minute(2 + index, {}, blind)).flat();
    expect(told.filter((t) => t.includes(NOT_READY_KEY))).toEqual([]);
    expect([...minute(32, {}, {}), ...minute(33, {}, {})]).toContain(`recovered ${LOCKED_KEY} 2`);
  });

  it('gives its own name back to an incident whose deeper cause it has outlived', () => {
    const { monitor, minute } = watchBoth();
    for (const n of [0, 1]) minute(n, {}, NOT_READY);
    for (const n of [2, 3]) minute(n, LOCKED, NOT_READY);
    const told = Array.from({ length: 20 }, (_, index) => minute(4 + index, {}, NOT_READY)).flat();
    expect(told).toEqual([]);
    expect(incidentsOf(monitor)).toMatchObject([{ phase: 'open', finding: { id: 'prefect-not-ready' } }]);
    minute(24, {}, {});
    expect(minute(25, {}, {})).toEqual([`recovered ${NOT_READY_KEY} 2`]);
  });

  it('makes the incident worse once, with the time of it', () => {
    const { monitor, minute } = watchBoth();
    const mild: Values = { ...LOCKED, 'postgres.blocked.longest_wait_seconds': 10 };
    minute(0, mild, {});
    expect(minute(1, mild, {})).toEqual([`opened ${LOCKED_KEY} 1`]);
    minute(2, mild, NOT_READY);
    expect(minute(3, mild, NOT_READY)).toEqual([`escalated ${LOCKED_KEY} 2`]);
    expect(first(incidentsOf(monitor))).toMatchObject({ severity: 'critical', escalated_at: at(180) });
  });
});

describe('two faults that have nothing to do with each other', () => {
  it('are two incidents', () => {
    const roles = ['events' as const];
    const events = { name: 'orion', host: 'db', database: 'events', user: 'vitals', roles };
    const monitor = new Monitor(installation({ prefect: [], postgres: [events] }));
    const both = (seconds: number) => [
      healthy('postgres/orion', { 'postgres.connections.used_percent': 95 }, { at: seconds }),
      healthy('redis/streams', { 'redis.memory.used_percent': 95 }, { at: seconds }),
    ];
    monitor.look(0, ...both(0));
    const told = tellings(monitor.look(60, ...both(60)));
    expect(told).toContain('opened postgres-connections-high@postgres/orion 1');
    expect(told).toContain('opened redis-memory-high@redis/streams 1');
  });
});

describe('an incident that comes back again and again', () => {
  it('takes longer to be believed over each time', () => {
    const { minute } = watchBoth();
    const minutesToRecover = (from: number) => {
      let n = from;
      while (minute(n, {}, {}).length === 0) n += 1;
      return n - from;
    };
    let n = 0;
    const delays: number[] = [];
    for (let round = 0; round < 4; round++) {
      minute(n, LOCKED, {});
      minute(n + 1, LOCKED, {});
      const took = minutesToRecover(n + 2);
      delays.push(took);
      n += took + 3;
    }
    expect(delays).toEqual([1, 2, 4, 7]);
  });

  it('is forgotten after an hour of quiet', () => {
    const { minute } = watchBoth();
    for (const [from, expected] of [
      [0, 1],
      [70, 1],
    ] as const) {
      minute(from, LOCKED, {});
      minute(from + 1, LOCKED, {});
      let n = from + 2;
      while (minute(n, {}, {}).length === 0) n += 1;
      expect(n - from - 2).toBe(expected);
    }
  });
});

describe('a reminder', () => {
  it('comes as often as is wished, as long as the incident is open', () => {
    const { minute } = watchBoth({ remindAfterMinutes: 5 });
    const told: string[] = [];
    for (let n = 0; n < 14; n++) told.push(...minute(n, LOCKED, {}).map((t) => `${n} ${t}`));
    expect(told).toEqual([
      `1 opened ${LOCKED_KEY} 1`,
      `6 reminder ${LOCKED_KEY} 2`,
      `11 reminder ${LOCKED_KEY} 3`,
    ]);
    expect(minute(14, {}, {})).toEqual([]);
    expect(minute(15, {}, {})).toEqual([`recovered ${LOCKED_KEY} 4`]);
  });

  it('never comes unless it is wished', () => {
    const { minute } = watchBoth();
    minute(0, LOCKED, {});
    minute(1, LOCKED, {});
    for (let n = 2; n < 25; n++) expect(minute(n, LOCKED, {})).toEqual([]);
  });
});
