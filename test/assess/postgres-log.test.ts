import { describe, expect, it } from 'vitest';
import type { Facts } from '../../lib/model/report.ts';
import { allHealthy, healthy, installation, Monitor, type Values } from './builders.ts';

const ORION_LOG = {
  name: 'orion',
  holds: 'postgres',
  logGroup: '/aws/rds/instance/orion/postgresql',
} as const;

describe("a finding that rests on PostgreSQL's own log", () => {
  const look = (values: Values, facts: Facts = {}) =>
    new Monitor(installation({ logGroups: [ORION_LOG] })).look(
      0,
      healthy('postgres-log/orion', values, { facts }),
      ...allHealthy(0),
    ).snapshot;

  it('holds by how many slow statements a minute brings, and names the worst', () => {
    const found = (values: Values, facts: Facts = {}) =>
      look(values, facts).findings.find((f) => f.id === 'slow-statements-logged');
    expect(found({ 'postgres-log.slow_statements': 9 })).toBeUndefined();
    const statement = 'SELECT count(*) FROM flow_run WHERE name = ?';
    const many = found(
      {
        'postgres-log.slow_statements': 10,
        'postgres-log.slowest_ms': 5200,
        'postgres-log.lock_waits': 2,
        'postgres-log.truncated': 1,
      },
      { slow_statements: [{ statement, count: 9, total_ms: 30_000 }] },
    );
    expect(many).toMatchObject({ severity: 'warning', target: 'postgres-log/orion', component: 'database' });
    expect(many?.evidence.map((e) => e.text)).toEqual([
      '10 slow statements in the minute, the longest of 5.2 s',
      `9 times, 30.0 s together: ${statement}`,
      '2 waited long for a lock',
      'the log of the minute is longer than is read: there may be more',
    ]);
  });

  it('is not judged where the log group could not be read', () => {
    const { monitor, findings } = look({
      'postgres-log.up': 'permission',
      'postgres-log.slow_statements': 'permission',
    });
    expect(findings.some((f) => f.id === 'slow-statements-logged')).toBe(false);
    expect(monitor.unevaluated).toContainEqual(
      expect.objectContaining({ finding: 'slow-statements-logged', reason: 'permission' }),
    );
  });

  it.each([
    ['orion', true],
    ['events', false],
  ])('tells of waits for locks at the database called %s: %s', (name, told) => {
    const waits = { 'postgres-log.lock_waits': 4, 'postgres-log.longest_lock_wait_ms': 7_000 };
    const { snapshot } = new Monitor(installation({ logGroups: [{ ...ORION_LOG, name }] })).look(
      0,
      healthy(`postgres-log/${name}`, waits),
      healthy('postgres/orion', {
        'postgres.blocked.sessions': 3,
        'postgres.blocked.longest_wait_seconds': 9,
      }),
    );
    const texts = snapshot.findings
      .find((f) => f.id === 'postgres-lock-contention')
      ?.evidence.map((e) => e.text);
    const text = 'its log tells of 4 sessions that waited for a lock in a minute, the longest for 7.0 s';
    expect(texts?.includes(text)).toBe(told);
  });
});

describe("the section of PostgreSQL's own log", () => {
  const look = (values: Values, facts: Facts = {}) =>
    new Monitor(installation({ logGroups: [ORION_LOG] })).look(
      0,
      healthy('postgres-log/orion', values, { facts }),
    ).snapshot.postgres_log;

  it('says what the last minute held, the worst statements among it', () => {
    const worst = [{ statement: 'SELECT * FROM flow_run WHERE id = ?', count: 3, total_ms: 9000 }];
    const log_window = { from: '2026-11-21T07:59:00.000Z', to: '2026-11-21T08:00:00.000Z' };
    const values = {
      'postgres-log.slow_statements': 12,
      'postgres-log.slowest_ms': 5200,
      'postgres-log.lock_waits': 2,
      'postgres-log.longest_lock_wait_ms': 1100,
      'postgres-log.truncated': 1,
    };
    expect(look(values, { log_window, slow_statements: worst })).toEqual({
      status: 'warning',
      logs: [
        {
          name: 'orion',
          target: 'postgres-log/orion',
          status: 'warning',
          ...log_window,
          records: 40,
          truncated: true,
          slow_statements: 12,
          slowest_ms: 5200,
          lock_waits: 2,
          longest_lock_wait_ms: 1100,
          worst,
        },
      ],
    });
  });

  it('says why it cannot tell, be it that the log could not be read or that it says nothing', () => {
    expect(
      look({ 'postgres-log.up': 'permission', 'postgres-log.slow_statements': 'permission' }),
    ).toMatchObject({
      status: 'unknown',
      logs: [{ status: 'unknown', slow_statements: null, unknown: { reason: 'permission' } }],
    });
    expect(look({ 'postgres-log.silent': 1, 'postgres-log.records': 0 })).toMatchObject({
      status: 'unknown',
      logs: [{ status: 'unknown', slow_statements: 0, unknown: { reason: 'no-traffic' } }],
    });
  });
});
