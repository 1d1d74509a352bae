import { describe, expect, it } from 'vitest';
import type { Facts } from '../../lib/model/report.ts';
import { healthy, installation, Monitor, type Values } from './builders.ts';
import { ACCESS, seen, watched } from './logs-watch.ts';

describe('the logs of an installation', () => {
  it('are those of its clusters and of its log groups together', () => {
    const both = installation({
      kubernetes: [{ access: ACCESS }],
      logGroups: [{ name: 'ecs', holds: 'prefect', logGroup: '/ecs/prefect' }],
    });
    const { snapshot } = new Monitor(both).look(
      0,
      healthy('logs/cluster', { 'logs.errors': 3 }),
      healthy('logs/ecs', { 'logs.errors': 4 }),
    );
    expect(snapshot.logs).toMatchObject({ status: 'healthy', errors: 7, containers_read: 10 });
  });
});

describe('the section of the logs', () => {
  it('says what the last minute held', () => {
    const told = {
      signature: 'agent-stopped',
      theme: 'http2',
      meaning: 'an agent ended',
      count: 1,
      first: '2026-11-21T07:59:10.000Z',
      last: '2026-11-21T07:59:10.000Z',
      pods: [{ pod: 'agent-1', count: 1 }],
      sample: 'Agent stopped!',
    };
    const facts: Facts = {
      log_window: { from: '2026-11-21T07:59:00.000Z', to: '2026-11-21T08:00:00.000Z' },
      log_signatures: [told],
    };
    const { snapshot } = new Monitor(watched).look(
      0,
      healthy('logs/cluster', { 'logs.errors': 2 }, { facts }),
    );
    expect(snapshot.logs).toEqual({
      status: 'healthy',
      from: '2026-11-21T07:59:00.000Z',
      to: '2026-11-21T08:00:00.000Z',
      containers_read: 5,
      containers_unread: 0,
      errors: 2,
      auth_errors: 0,
      database_errors: 0,
      slow_queries: 0,
      signatures: [told],
    });
  });

  it('says why there is nothing to say', () => {
    const none = new Monitor().look(0).snapshot.logs;
    expect(none).toMatchObject({
      status: 'unknown',
      errors: null,
      signatures: [],
      unknown: { reason: 'not-configured' },
    });
    const refused = new Monitor(watched).look(
      0,
      healthy('logs/cluster', { 'logs.up': 'permission', 'logs.errors': 'permission' }),
    ).snapshot.logs;
    expect(refused).toMatchObject({ status: 'unknown', errors: null, unknown: { reason: 'permission' } });
  });
});

describe('a log that says nothing at all', () => {
  const silent = (values: Values, facts: Facts = {}) =>
    new Monitor(watched).look(0, healthy('logs/cluster', { ...seen({}), ...values }, { facts })).snapshot;

  it('is not green, wakes nobody, and is told with where it is', () => {
    const { logs, findings, incidents } = silent({ 'logs.silent': 1 }, { log_group: '/ecs/prefect' });
    expect(findings.find((f) => f.id === 'log-silent')).toMatchObject({
      severity: 'info',
      status: 'unknown',
      target: 'logs/cluster',
      evidence: [{ text: 'nothing was shipped to /ecs/prefect for an hour' }],
    });
    expect(logs).toMatchObject({ status: 'unknown', errors: 0, unknown: { reason: 'no-traffic' } });
    expect(incidents).toEqual([]);
  });

  it('is a cluster too in which no container of the namespaces has a log', () => {
    const { findings } = silent({ 'logs.silent': 1 });
    expect(findings.find((f) => f.id === 'log-silent')?.evidence[0]?.text).toContain('no container');
  });

  it('is nothing to tell of while something is said, or as long as that is not known', () => {
    for (const values of [{ 'logs.silent': 0 }, { 'logs.silent': 'saturated' }] as const)
      expect(silent(values).findings.some((f) => f.id === 'log-silent')).toBe(false);
    expect(silent({ 'logs.silent': 0 }).logs.status).toBe('healthy');
  });
});
