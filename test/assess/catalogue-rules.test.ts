import { describe, expect, it } from 'vitest';
import type { Finding } from '../../lib/model/finding.ts';
import { healthy, Monitor, report, type Values } from './builders.ts';

/** What a first look at one target finds of one kind. */
function found(id: string, target: string, but: Values): Finding | undefined {
  return new Monitor().look(0, healthy(target, but)).snapshot.findings.find((f) => f.id === id);
}

/** One row: the finding, its target, what differs from health, and the severity expected of it. */
const ROWS = [
  ['postgres-down', 'postgres/orion', { 'postgres.up': 1 }, undefined],
  ['postgres-down', 'postgres/orion', { 'postgres.up': 0 }, 'critical'],
  ['postgres-connections-high', 'postgres/orion', { 'postgres.connections.used_percent': 79.9 }, undefined],
  ['postgres-connections-high', 'postgres/orion', { 'postgres.connections.used_percent': 80 }, 'warning'],
  ['postgres-connections-high', 'postgres/orion', { 'postgres.connections.used_percent': 89.9 }, 'warning'],
  ['postgres-connections-high', 'postgres/orion', { 'postgres.connections.used_percent': 90 }, 'critical'],
  ['postgres-lock-contention', 'postgres/orion', { 'postgres.blocked.longest_wait_seconds': 4.9 }, undefined],
  ['postgres-lock-contention', 'postgres/orion', { 'postgres.blocked.longest_wait_seconds': 5 }, 'warning'],
  [
    'postgres-lock-contention',
    'postgres/orion',
    { 'postgres.blocked.longest_wait_seconds': 29.9 },
    'warning',
  ],
  ['postgres-lock-contention', 'postgres/orion', { 'postgres.blocked.longest_wait_seconds': 30 }, 'critical'],
  ['redis-down', 'redis/streams', { 'redis.up': 1 }, undefined],
  ['redis-down', 'redis/streams', { 'redis.up': 0 }, 'critical'],
  ['redis-memory-high', 'redis/streams', { 'redis.memory.used_percent': 74.9 }, undefined],
  ['redis-memory-high', 'redis/streams', { 'redis.memory.used_percent': 75 }, 'warning'],
  ['redis-memory-high', 'redis/streams', { 'redis.memory.used_percent': 89.9 }, 'warning'],
  ['redis-memory-high', 'redis/streams', { 'redis.memory.used_percent': 90 }, 'critical'],
  ['prefect-api-down', 'prefect/server', { 'prefect.up': 1 }, undefined],
  ['prefect-api-down', 'prefect/server', { 'prefect.up': 0 }, 'critical'],
  ['prefect-not-ready', 'prefect/server', { 'prefect.ready': 1 }, undefined],
  ['prefect-not-ready', 'prefect/server', { 'prefect.ready': 0 }, 'critical'],
  ['prefect-not-ready', 'prefect/server', { 'prefect.up': 0, 'prefect.ready': 0 }, undefined],
  ['prefect-clock-skewed', 'prefect/server', { 'prefect.clock_skew_seconds': 9.9 }, undefined],
  ['prefect-clock-skewed', 'prefect/server', { 'prefect.clock_skew_seconds': 10 }, 'info'],
  ['prefect-clock-skewed', 'prefect/server', { 'prefect.clock_skew_seconds': -3600 }, 'info'],
  ['probe-failing', 'redis/streams', { 'redis.up': 0 }, undefined],
  ['probe-failing', 'redis/streams', { 'redis.up': 'auth' }, 'warning'],
] as const satisfies readonly (readonly [string, string, Values, string | undefined])[];

/** `probe-silent` goes by the age of the newest report, so its rows are ages. */
const AGES = [
  [119.9, undefined],
  [120, 'warning'],
  [599.9, 'warning'],
  [600, 'critical'],
] as const;

describe('a finding of the catalogue', () => {
  it.each(ROWS)('%s of %s, where %o, is judged %s', (id, target, but, severity) => {
    expect(found(id, target, but)?.severity).toBe(severity);
  });

  it.each(AGES)('probe-silent, %d s after the last report, is judged %s', (seconds, severity) => {
    const monitor = new Monitor();
    monitor.look(0, healthy('redis/streams'));
    const { findings } = monitor.look(seconds).snapshot;
    const silent = findings.find((f) => f.id === 'probe-silent' && f.target === 'redis/streams');
    expect(silent?.severity).toBe(severity);
  });

  it('shows the value it was judged by beside the threshold it crossed', () => {
    const high = found('redis-memory-high', 'redis/streams', { 'redis.memory.used_percent': 91 });
    expect(high?.evidence).toEqual([
      {
        text: '10 of 100 MiB in use (91.0 %)',
        signal: 'redis.memory.used_percent',
        value: 91,
        threshold: 90,
      },
    ]);
  });

  it('fills its remedy in with what was seen', () => {
    const root = { pid: 4711, state: 'idle in transaction', transaction_seconds: 40, waiting: 3 };
    const locked = report(
      'postgres/orion',
      { 'postgres.up': 1, 'postgres.blocked.sessions': 3, 'postgres.blocked.longest_wait_seconds': 31 },
      { facts: { root_blocker: root } },
    );
    const [finding] = new Monitor().look(0, locked).snapshot.findings;
    expect(finding?.remedy.at(-1)?.command).toBe('SELECT pg_terminate_backend(4711);');
  });

  it('names what stalls by the roles of the target', () => {
    const down = found('redis-down', 'redis/streams', { 'redis.up': 0 });
    expect(down?.evidence.map((e) => e.text).join()).toContain('role streams');
  });
});
