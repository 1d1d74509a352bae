import { describe, expect, it } from 'vitest';
import type { Facts } from '../../lib/model/report.ts';
import type { Values } from './builders.ts';
import { allHealthy, findingKeys, first, healthy, installation, Monitor } from './builders.ts';

const SETTINGS = {
  docket: { backend: 'redis', name: 'prefect' },
  messaging: 'redis',
  perpetual: {},
  consumers: {},
  events_retention_seconds: null,
  pool: { size: 5, max_overflow: 10, timeout_seconds: 30 },
} as const;

const sessions = (here: number, busy: number) => ({
  application: 'prefect-api',
  user: 'prefect',
  client: '10.0.1.1',
  sessions: here,
  active: busy,
  idle_in_transaction: 0,
  here,
  busy_here: busy,
});

interface Seen {
  readonly open: number;
  readonly busy: number;
  readonly prefect?: Values;
  readonly settings?: boolean;
}

function look(monitor: Monitor, seconds: number, { open, busy, prefect = {}, settings = true }: Seen) {
  const database = healthy(
    'postgres/orion',
    { 'postgres.clients.busiest': open },
    { at: seconds, facts: { clients: [sessions(open, busy)] } },
  );
  const facts: Facts = settings ? { settings: SETTINGS, version: '3.8.8' } : {};
  const server = healthy('prefect/server', prefect, { at: seconds, facts });
  return monitor.look(seconds, ...allHealthy(seconds, database, server));
}

const usedIn = ({ snapshot }: ReturnType<typeof look>) =>
  snapshot.monitor.targets
    .find((t) => t.target === 'postgres/orion')
    ?.readings?.find((r) => r.signal === 'postgres.pool.used_percent');

describe('the pools of Prefect, joined from the sessions of its database and the settings of its server', () => {
  it('are a reading of the database, published once a report', () => {
    const monitor = new Monitor();
    const seen = look(monitor, 0, { open: 10, busy: 3 });
    expect(usedIn(seen)?.value).toBe(20);
    const points = seen.metrics.filter((m) => m.name === 'PrefectPoolUsed');
    expect(points).toMatchObject([
      { value: 20, unit: 'Percent', dimensions: { Installation: 'production', Target: 'postgres/orion' } },
    ]);
    expect(monitor.again(30).metrics.filter((m) => m.name === 'PrefectPoolUsed')).toEqual([]);
  });

  it('fill the fields of the snapshot that Prefect alone could fill exactly', () => {
    expect(look(new Monitor(), 0, { open: 9, busy: 3 }).snapshot.database).toMatchObject({
      pool_size: 5,
      pool_checked_out: 3,
      pool_overflow: 4,
    });
  });

  it('are unknown with the reason while no server tells its settings', () => {
    const seen = look(new Monitor(), 0, { open: 15, busy: 15, settings: false });
    expect(usedIn(seen)).toMatchObject({ value: null, unknown: { reason: 'not-collected' } });
    expect(seen.snapshot.database.pool_size).toBeNull();
    expect(seen.snapshot.monitor.unevaluated).toContainEqual({
      finding: 'db-pool-exhausted',
      target: 'postgres/orion',
      signals: ['postgres.pool.used_percent'],
      reason: 'not-collected',
    });
  });

  it('are no matter of a database the Prefect server does not live on', () => {
    const events = {
      name: 'orion',
      host: 'db',
      database: 'events',
      user: 'vitals',
      roles: ['events' as const],
    };
    const seen = look(new Monitor(installation({ postgres: [events] })), 0, { open: 15, busy: 15 });
    expect(usedIn(seen)).toBeUndefined();
  });
});

describe('db-pool-exhausted', () => {
  it('is a warning from nine tenths on, and holds until three quarters', () => {
    const monitor = new Monitor();
    const full = { open: 15, busy: 14 };
    expect(findingKeys(look(monitor, 0, { open: 15, busy: 13 }))).toEqual([]);
    expect(first(look(monitor, 60, full).snapshot.findings)).toMatchObject({
      id: 'db-pool-exhausted',
      severity: 'warning',
      evidence: [
        { text: '93 % of the fullest pool in use', threshold: 90 },
        { text: 'prefect-api as prefect from 10.0.1.1: 14 busy and 15 open of 15 connections' },
        { text: 'in force: pool_size 5, max_overflow 10, pool_timeout 30 s' },
      ],
    });
    expect(findingKeys(look(monitor, 120, { open: 15, busy: 12 }))).toEqual([
      'db-pool-exhausted@postgres/orion',
    ]);
    expect(findingKeys(look(monitor, 180, { open: 12, busy: 11 }))).toEqual([]);
  });

  it.each([
    ['does not get a connection at all', { 'prefect.ready': 0, 'prefect.ready_ms': 'timeout' }],
    ['waits for a connection', { 'prefect.ready': 1, 'prefect.ready_ms': 1000 }],
  ] as const)('is critical when the server %s', (_, prefect) => {
    const { snapshot } = look(new Monitor(), 0, { open: 15, busy: 15, prefect });
    expect(snapshot.findings.find((f) => f.id === 'db-pool-exhausted')).toMatchObject({
      severity: 'critical',
      status: 'error',
    });
  });

  it('is what a server that is not ready follows from', () => {
    const { snapshot } = look(new Monitor(), 0, { open: 15, busy: 15, prefect: { 'prefect.ready': 0 } });
    expect(snapshot.findings.find((f) => f.id === 'prefect-not-ready')?.caused_by).toBe(
      'db-pool-exhausted@postgres/orion',
    );
    expect(snapshot.root_cause?.finding).toBe('db-pool-exhausted');
  });
});
