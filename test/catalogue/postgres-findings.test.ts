import { describe, expect, it } from 'vitest';
import type { FindingDefinition, Verdict } from '../../lib/catalogue/finding.ts';
import { belowMinimumVersion } from '../../lib/catalogue/findings/below-minimum-version.ts';
import { postgresBelowMinimumSize } from '../../lib/catalogue/findings/postgres-below-minimum-size.ts';
import { postgresDeadlocks } from '../../lib/catalogue/findings/postgres-deadlocks.ts';
import { postgresInvalidIndex } from '../../lib/catalogue/findings/postgres-invalid-index.ts';
import { postgresWraparound } from '../../lib/catalogue/findings/postgres-wraparound.ts';
import { settingOffRecommended } from '../../lib/catalogue/findings/setting-off-recommended.ts';
import { statisticsStale } from '../../lib/catalogue/findings/statistics-stale.ts';
import type { Facts } from '../../lib/model/report.ts';

type Values = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

/** Puts a finding to these values, those of a table under its name, without a past. */
function judge(finding: FindingDefinition, values: Values, facts: Facts = {}): Verdict | null {
  const at = '2026-11-21T08:00:00.000Z';
  const all = (signal: string) => {
    const value = values[signal];
    if (value === undefined) return [];
    if (typeof value === 'number') return [{ signal, target: 'postgres/orion', value, at }];
    return Object.entries(value).map(([table, one]) => ({
      signal,
      target: 'postgres/orion',
      value: one,
      labels: { table },
      at,
    }));
  };
  return finding.judge({
    target: { id: 'postgres/orion', kind: 'postgres', roles: [] },
    elsewhere: () => [],
    forecast: () => null,
    holds: false,
    facts,
    all,
    value: (signal) => all(signal)[0]?.value ?? Number.NaN,
    level: (value) =>
      (['critical', 'warning'] as const).find((s) => value >= (finding.thresholds?.[s]?.enter ?? Infinity)) ??
      null,
    threshold: (severity) => (severity === 'info' ? undefined : finding.thresholds?.[severity]?.enter),
  });
}

const commandsOf = (verdict: Verdict | null) => verdict?.remedy?.flatMap((r) => r.command ?? []) ?? [];

describe('stale statistics', () => {
  const DAY = 24 * 60 * 60;
  const table = (name: string, schema = 'public') => ({
    schema,
    name,
    table: name,
    rows: 1_000_000,
    has_statistics: true,
    analyze_scale_factor: null,
  });
  const values = (percent: number, age: number, rows = 1_000_000) => ({
    'postgres.table.rows': { events: rows },
    'postgres.table.modified_percent': { events: percent },
    'postgres.table.analyze_age_seconds': { events: age },
  });

  it('need both: much was written, and for a day nobody looked', () => {
    const facts = { tables: [table('events')] };
    expect(judge(statisticsStale, values(25, 2 * DAY), facts)?.severity).toBe('warning');
    expect(judge(statisticsStale, values(25, DAY / 2), facts)).toBeNull();
    expect(judge(statisticsStale, values(5, 2 * DAY), facts)).toBeNull();
  });

  it('do not matter in a small table', () => {
    expect(judge(statisticsStale, values(500, 2 * DAY, 200))).toBeNull();
  });

  it('are not concluded from a time that is merely forgotten', () => {
    const { 'postgres.table.analyze_age_seconds': _, ...unknown } = values(100, 0);
    expect(judge(statisticsStale, unknown, { tables: [table('events')] })).toBeNull();
    const bare = { ...table('events'), has_statistics: false };
    expect(judge(statisticsStale, unknown, { tables: [bare] })?.severity).toBe('warning');
  });

  it('come with a command for the very tables, whatever they are called', () => {
    const odd = { ...table('x"; DROP TABLE y; --', 'tenant'), table: 'events' };
    const [command] = commandsOf(judge(statisticsStale, values(25, 2 * DAY), { tables: [odd] }));
    expect(command).toBe('ANALYZE "tenant"."x""; DROP TABLE y; --";');
  });
});

describe('a version below the minimum', () => {
  it('is a hint', () => {
    const verdict = judge(belowMinimumVersion, { 'postgres.version_number': 130_011 });
    expect(verdict).toMatchObject({ severity: 'info' });
    expect(verdict?.evidence[0]?.text).toBe('the server is PostgreSQL 13.11; the minimum is 14');
    expect(judge(belowMinimumVersion, { 'postgres.version_number': 140_000 })).toBeNull();
  });
});

describe('storage below the minimum', () => {
  const gib = 1024 ** 3;
  const storage = (free: number, percent: number) => ({
    'postgres.storage.free_bytes': free * gib,
    'postgres.storage.free_percent': percent,
  });
  const minimum = { storageGiB: 100 };

  it('is a hint, where a minimum is asked for', () => {
    const verdict = judge(postgresBelowMinimumSize, storage(12, 60), { minimum });
    expect(verdict).toMatchObject({
      severity: 'info',
      evidence: [{ text: '20 GiB are allocated; the minimum is 100' }],
    });
    expect(judge(postgresBelowMinimumSize, storage(12, 60))).toBeNull();
    expect(judge(postgresBelowMinimumSize, storage(80, 80), { minimum })).toBeNull();
  });

  it('is not told of a disk that is full, whose size cannot be told from what is free', () => {
    expect(judge(postgresBelowMinimumSize, storage(0, 0), { minimum })).toBeNull();
  });
});

describe('the way to change a setting', () => {
  const off = { 'postgres.setting.autovacuum': 1, 'postgres.setting.log_lock_waits': 0 };

  it('is the parameter group where Amazon runs the server', () => {
    const [rds] = commandsOf(judge(settingOffRecommended, off, { platform: 'rds' }));
    expect(rds).toContain('aws rds modify-db-parameter-group');
    expect(rds).toContain('"ParameterName=log_lock_waits,ParameterValue=1,ApplyMethod=immediate"');
    const [aurora] = commandsOf(judge(settingOffRecommended, off, { platform: 'aurora' }));
    expect(aurora).toContain('aws rds modify-db-cluster-parameter-group');
    expect(
      commandsOf(judge(postgresDeadlocks, { 'postgres.deadlocks.per_minute': 3 }, { platform: 'rds' }))[1],
    ).toContain('modify-db-parameter-group');
  });

  it('is ALTER SYSTEM elsewhere', () => {
    expect(commandsOf(judge(settingOffRecommended, off, { platform: 'other' }))).toEqual([
      'ALTER SYSTEM SET log_lock_waits = on; SELECT pg_reload_conf();',
    ]);
  });

  it('is not shown for a factor every large table overrides', () => {
    const factor = {
      ...off,
      'postgres.setting.log_lock_waits': 1,
      'postgres.setting.autovacuum_analyze_scale_factor': 0.1,
    };
    const table = {
      schema: 'public',
      name: 'events',
      table: 'events',
      rows: 5_000_000,
      has_statistics: true,
    };
    const withFactor = (analyze_scale_factor: number | null) => ({
      tables: [{ ...table, analyze_scale_factor }],
    });
    expect(judge(settingOffRecommended, factor, withFactor(0.02))).toBeNull();
    expect(judge(settingOffRecommended, factor, withFactor(null))?.severity).toBe('info');
  });
});

describe('the end of the transaction numbers', () => {
  it.each([
    [60, 9, null],
    [250, 23, 'warning'],
    [120, 55, 'warning'],
    [110, 76, 'critical'],
    [600, 56, 'critical'],
  ])('at %s %% of the age to freeze at and %s %% of all numbers is %s', (freeze, used, severity) => {
    const verdict = judge(postgresWraparound, {
      'postgres.wraparound.freeze_percent': freeze,
      'postgres.wraparound.used_percent': used,
    });
    expect(verdict?.severity ?? null).toBe(severity);
  });
});

describe('an invalid index', () => {
  it('that REINDEX CONCURRENTLY left beside the valid one is dropped, not built', () => {
    const facts = {
      invalid_indexes: [{ schema: 'public', index: 'ix_log__timestamp_ccnew1', table: 'log' }],
    };
    expect(commandsOf(judge(postgresInvalidIndex, { 'postgres.indexes.invalid': 1 }, facts))).toEqual([
      'DROP INDEX CONCURRENTLY "public"."ix_log__timestamp_ccnew1";',
    ]);
  });
});
