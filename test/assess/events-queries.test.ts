import { describe, expect, it } from 'vitest';
import { first, healthy, Monitor, report } from './builders.ts';

interface Statement {
  readonly calls: number;
  readonly total_ms: number;
}
const SLOW = '42';

/** What a quarter-hourly report says of the statements that read events; the first is the one that may be slow. */
function statements(seconds: number, of: Readonly<Record<string, Statement>>) {
  const labelled = (pick: (s: Statement) => number) =>
    Object.fromEntries(Object.entries(of).map(([id, s]) => [id, pick(s)]));
  const means = Object.values(of).map((s) => s.total_ms / s.calls);
  return report(
    'postgres/orion',
    {
      'postgres.events.queries.calls': labelled((s) => s.calls),
      'postgres.events.queries.time_ms': labelled((s) => s.total_ms),
      'postgres.events.queries.slowest_mean_ms': Math.max(...means),
      'postgres.events.queries.slow_percent': 50,
    },
    {
      at: seconds,
      tier: 'quarter-hour',
      facts: {
        events_statements: Object.entries(of).map(([queryid, { calls, total_ms }]) => ({
          queryid,
          calls,
          mean_ms: total_ms / calls,
          query: `SELECT ${queryid} FROM events`,
        })),
      },
    },
  );
}

function look(monitor: Monitor, seconds: number, of: Readonly<Record<string, Statement>>) {
  const minutely = healthy('postgres/orion', {}, { at: seconds });
  const { snapshot } = monitor.look(seconds, minutely, statements(seconds, of));
  return snapshot.findings.find((f) => f.id === 'events-query-slow');
}

const QUARTER_HOUR = 900;

describe('events-query-slow', () => {
  it('goes by the mean since the statistics were reset at the first look', () => {
    const finding = look(new Monitor(), 0, { [SLOW]: { calls: 10, total_ms: 2000 } });
    expect(finding?.evidence[0]?.text).toContain('200 ms on average, over 10 calls since the statistics');
    expect(finding?.remedy.map((r) => r.command)).toContain('SELECT pg_stat_statements_reset(0, 0, 42);');
    expect(look(new Monitor(), 0, { [SLOW]: { calls: 10, total_ms: 1999 } })).toBeUndefined();
  });

  it('sees a query become slow that was quick for a million calls', () => {
    const monitor = new Monitor();
    const quick = { calls: 1e6, total_ms: 1e6 };
    expect(look(monitor, 0, { [SLOW]: quick, '7': quick })).toBeUndefined();
    const finding = look(monitor, QUARTER_HOUR, {
      [SLOW]: { calls: quick.calls + 10, total_ms: quick.total_ms + 2000 },
      '7': { calls: quick.calls + 30, total_ms: quick.total_ms + 30 },
    });
    expect(finding?.evidence.map((e) => e.text)).toEqual([
      'the slowest statement takes 200 ms on average, over 10 calls since the last look',
      '0 % of the calls that read events are of statements slower than 200 ms',
      `statement: SELECT ${SLOW} FROM events`,
    ]);
    expect(first(finding?.evidence)).toMatchObject({ value: 200, threshold: 200 });
  });

  it('goes away when the query is quick again, whatever it once took', () => {
    const monitor = new Monitor();
    expect(look(monitor, 0, { [SLOW]: { calls: 10, total_ms: 1e6 } })).toBeDefined();
    expect(look(monitor, QUARTER_HOUR, { [SLOW]: { calls: 20, total_ms: 1e6 + 1510 } })).toBeDefined();
    expect(look(monitor, 2 * QUARTER_HOUR, { [SLOW]: { calls: 30, total_ms: 1e6 + 3000 } })).toBeUndefined();
  });

  it('holds nothing against a query nobody asks any more', () => {
    const monitor = new Monitor();
    look(monitor, 0, { [SLOW]: { calls: 10, total_ms: 1e6 } });
    expect(look(monitor, QUARTER_HOUR, { [SLOW]: { calls: 10, total_ms: 1e6 } })).toBeUndefined();
  });
});
