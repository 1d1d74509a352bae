import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../lib/catalogue/findings/index.ts';
import type { Finding } from '../../lib/model/finding.ts';
import type { Facts } from '../../lib/model/report.ts';
import { healthy, installation, Monitor, type Values } from './builders.ts';

type Role = 'cache' | 'work' | 'streams';
const redisWith = (roles: readonly Role[]) =>
  installation({ redis: [{ name: 'main', host: 'redis.internal', roles: [...roles] }] });

interface Watched {
  readonly roles?: readonly Role[];
  readonly facts?: Facts;
}

/** Looks at one Redis a minute apart, and says what stands of a finding after each. */
function found(id: string, minutes: readonly Values[], { roles = ['work'], facts = {} }: Watched = {}) {
  const monitor = new Monitor(redisWith(roles));
  return minutes.map((values, minute): Finding | undefined => {
    const report = healthy('redis/main', values, { at: 60 * minute, facts });
    return monitor.look(60 * minute, report).snapshot.findings.find((f) => f.id === id);
  });
}
const severities = (id: string, minutes: readonly Values[], watched?: Watched) =>
  found(id, minutes, watched).map((f) => f?.severity);

const textOf = (finding: Finding | undefined) => finding?.evidence.map((e) => e.text).join('\n') ?? '';

/** A counter that grew by so much in the minute between two looks. */
const grown = (signal: string, by: number): readonly Values[] => [
  { [signal]: 1000 },
  { [signal]: 1000 + by },
];

const cpu = (percent: number) => grown('redis.cpu.seconds', (percent * 60) / 100);
const lookups = (hits: number, misses: number): readonly Values[] => [
  { 'redis.keyspace.hits': 0, 'redis.keyspace.misses': 0 },
  { 'redis.keyspace.hits': hits, 'redis.keyspace.misses': misses },
];

const STREAMS = { roles: ['streams'] } as const;
const CACHE = { roles: ['cache'] } as const;
const ALL_ROLES = { roles: ['cache', 'work', 'streams'] } as const;
const LRU = { facts: { maxmemory_policy: 'allkeys-lru' } } as const;

const TWO_GIB = { facts: { minimum: { memoryGiB: 2 } } } as const;

/** One row: the finding, what each look reads, of which Redis, and what stands in the end. */
const ROWS: readonly (readonly [string, readonly Values[], Watched, string | undefined])[] = [
  ['redis-evicting', grown('redis.evictions', 0), {}, undefined],
  ['redis-evicting', grown('redis.evictions', 1), {}, 'critical'],
  ['redis-evicting', grown('redis.evictions', 1), STREAMS, 'critical'],
  ['redis-evicting', grown('redis.evictions', 59), CACHE, undefined],
  ['redis-evicting', grown('redis.evictions', 60), CACHE, 'warning'],
  ['redis-cpu-high-streams', cpu(69), STREAMS, undefined],
  ['redis-cpu-high-streams', cpu(70), STREAMS, 'warning'],
  ['redis-cpu-high-streams', cpu(90), STREAMS, 'critical'],
  ['redis-cpu-high-streams', cpu(90), ALL_ROLES, 'critical'],
  ['redis-cpu-high-streams', cpu(90), CACHE, undefined],
  ['redis-hit-ratio-low-cache', lookups(2000, 500), CACHE, 'warning'],
  ['redis-hit-ratio-low-cache', lookups(2000, 400), CACHE, undefined],
  ['redis-hit-ratio-low-cache', lookups(0, 299), CACHE, undefined],
  ['redis-hit-ratio-low-cache', lookups(0, 300), CACHE, 'warning'],
  ['redis-hit-ratio-low-cache', lookups(0, 300), ALL_ROLES, undefined],
  ['redis-clients-high', [{ 'redis.clients.used_percent': 79.9, 'redis.clients.limit': 10 }], {}, undefined],
  ['redis-clients-high', [{ 'redis.clients.used_percent': 80, 'redis.clients.limit': 10 }], {}, 'warning'],
  ['redis-clients-high', [{ 'redis.clients.used_percent': 90, 'redis.clients.limit': 10 }], {}, 'critical'],
  ['redis-rejecting-connections', grown('redis.connections.rejected', 0), {}, undefined],
  ['redis-rejecting-connections', grown('redis.connections.rejected', 1), {}, 'critical'],
  ['redis-persistence-failing', [{ 'redis.persistence.failing': 0 }], {}, undefined],
  ['redis-persistence-failing', [{ 'redis.persistence.failing': 1 }], {}, 'warning'],
  ['redis-replica-link-down', [{ 'redis.replication.link_up': 1 }], {}, undefined],
  ['redis-replica-link-down', [{ 'redis.replication.link_up': 0 }], {}, 'warning'],
  ['redis-replica-link-down', [{ 'redis.replication.link_up': 'not-configured' }], {}, undefined],
  ['redis-below-minimum-size', [{ 'redis.memory.limit_bytes': 1.4 * 2 ** 30 }], TWO_GIB, 'info'],
  ['redis-below-minimum-size', [{ 'redis.memory.limit_bytes': 1.6 * 2 ** 30 }], TWO_GIB, undefined],
  ['redis-below-minimum-size', [{ 'redis.memory.limit_bytes': 1.4 * 2 ** 30 }], {}, undefined],
  ['redis-below-minimum-size', [{ 'redis.memory.limit_bytes': 'not-configured' }], TWO_GIB, undefined],
  ['redis-eviction-policy', [{}], { ...LRU, ...CACHE }, undefined],
  ['redis-eviction-policy', [{}], { ...LRU, ...STREAMS }, 'info'],
  ['redis-eviction-policy', [{}], { facts: { maxmemory_policy: 'noeviction' } }, undefined],
  ['redis-eviction-policy', [{ 'redis.memory.limit_bytes': 'not-configured' }], LRU, undefined],
  ['redis-below-minimum-version', [{ 'redis.version_number': 60_200 }], {}, undefined],
  ['redis-below-minimum-version', [{ 'redis.version_number': 60_016 }], {}, 'info'],
  ['redis-flushed', grown('redis.flushes', 0).map((v) => ({ ...v, 'redis.keys': 3 })), {}, undefined],
  ['redis-flushed', grown('redis.flushes', 1).map((v) => ({ ...v, 'redis.keys': 3 })), {}, 'critical'],
  ['redis-flushed', grown('redis.flushes', 1).map((v) => ({ ...v, 'redis.keys': 900 })), {}, 'warning'],
  ['redis-flushed', grown('redis.flushes', 1).map((v) => ({ ...v, 'redis.keys': 3 })), CACHE, 'warning'],
];

describe('a finding about Redis', () => {
  it.each(ROWS)('%s, after %o in %o, is judged %s', (id, minutes, watched, severity) => {
    expect(severities(id, minutes, watched).at(-1)).toBe(severity);
  });

  it('is put to the test here or beside the other kinds', () => {
    const beside = ['redis-down', 'redis-memory-high', 'probe-silent', 'probe-failing'];
    const here = ['redis-restarted-empty', 'redis-refusing-writes', ...ROWS.map(([id]) => id)];
    const ids = findingsOf('redis').map((f) => f.id);
    expect(ids.filter((id) => id.startsWith('redis-') && ![...beside, ...here].includes(id))).toEqual([]);
  });
});

describe('redis-refusing-writes', () => {
  const refused = (counts: Record<string, number>): Values => ({ 'redis.writes_refused': counts });

  it('tells each kind of refusal apart, with the remedy for it', () => {
    const before = refused({ OOM: 5, READONLY: 0 });
    const [, finding] = found('redis-refusing-writes', [before, refused({ OOM: 65, READONLY: 0 })]);
    expect(finding?.severity).toBe('critical');
    expect(textOf(finding)).toBe(
      '60.0 a minute refused with OOM: memory is at maxmemory and nothing may be evicted',
    );
    expect(finding?.remedy.map((r) => r.command)).toEqual(['redis-cli --bigkeys']);
  });

  it('does not hold for refusals of the past', () => {
    const past = refused({ OOM: 5, READONLY: 7 });
    expect(severities('redis-refusing-writes', [past, past])).toEqual([undefined, undefined]);
  });
});

describe('redis-restarted-empty', () => {
  const up = (seconds: number, keys: number, loaded: number | 'missing' = 0): Values => ({
    'redis.uptime_seconds': seconds,
    'redis.keys': keys,
    'redis.keys.loaded_at_start': loaded,
  });
  const judged = (minutes: readonly Values[], watched?: Watched) =>
    severities('redis-restarted-empty', minutes, watched);

  it('is found when the server began anew without data', () => {
    expect(judged([up(5000, 900), up(20, 30)])).toEqual([undefined, 'critical']);
    expect(judged([up(5000, 900), up(20, 30)], CACHE)).toEqual([undefined, 'warning']);
  });

  it('is found across the minutes in which the server was down', () => {
    const down: Values = { 'redis.up': 0, 'redis.uptime_seconds': 'refused', 'redis.keys': 'refused' };
    expect(judged([up(5000, 900), down, down, up(20, 30)]).at(-1)).toBe('critical');
  });

  it('does not hold for a server that is merely new, or runs on', () => {
    expect(judged([up(20, 0), up(80, 5)])).toEqual([undefined, undefined]);
    expect(judged([up(5000, 0), up(5060, 0)])).toEqual([undefined, undefined]);
  });

  it('does not hold when the data came back', () => {
    expect(judged([up(5000, 900, 0), up(20, 900, 900)])).toEqual([undefined, undefined]);
  });

  it('goes by the keys that are there where the server does not say what it loaded', () => {
    expect(judged([up(5000, 900, 'missing'), up(20, 50, 'missing')]).at(-1)).toBe('critical');
    expect(judged([up(5000, 900, 'missing'), up(20, 51, 'missing')]).at(-1)).toBeUndefined();
  });

  it('stands for a quarter of an hour, so that it is seen, and then is over', () => {
    const minutes = Array.from({ length: 20 }, (_, n) => up(20 + 60 * n, 30 + n));
    const stands = judged([up(5000, 900), ...minutes]).map((severity) => severity !== undefined);
    expect(stands.filter(Boolean)).toHaveLength(15);
    expect(stands.slice(0, 2)).toEqual([false, true]);
    expect(stands.at(-1)).toBe(false);
  });

  it('says for each role of the target what is lost, and what goes on', () => {
    const [, finding] = found('redis-restarted-empty', [up(5000, 900), up(20, 30)], ALL_ROLES);
    for (const role of ALL_ROLES.roles) expect(textOf(finding)).toContain(`role ${role}: `);
    expect(finding?.impact).toContain('No flow run, task run or deployment is lost');
    const [, onCache] = found('redis-restarted-empty', [up(5000, 900), up(20, 30)], CACHE);
    expect(textOf(onCache)).not.toContain('role work');
  });
});
