import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { SnapshotSchema } from '../../lib/model/snapshot.ts';
import { ALL_WELL, factsOf, NOTHING_THERE } from '../assess/background-services.ts';
import { healthy, installation, Monitor, report } from '../assess/builders.ts';
import { NOTHING_OWED } from '../assess/database-effects.ts';
import { SEED_EXAMPLE, violations } from './seed-schema.ts';

const REDIS = { name: 'main', host: 'redis.internal' };

function watched() {
  const monitor = new Monitor(installation({ redis: [REDIS] }));
  monitor.look(0, healthy('redis/main', ALL_WELL));
  return monitor.look(
    60,
    healthy('redis/main', ALL_WELL, { at: 60 }),
    healthy('postgres/orion', NOTHING_OWED, { at: 60 }),
    healthy('prefect/server', {}, { at: 60, facts: factsOf() }),
  ).snapshot;
}

/** Every path of a value, with what is found there; entries of a list share one. */
function pathsIn(value: unknown, path = ''): readonly (readonly [string, unknown])[] {
  if (Array.isArray(value)) return value.flatMap((entry) => pathsIn(entry, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) =>
    pathsIn(inner, path === '' ? key : `${path}.${key}`),
  );
}

describe('the snapshot beside the proposed health endpoint', () => {
  it('rests on a schema that the example of the proposal fulfils', () => {
    expect(violations(SEED_EXAMPLE)).toEqual([]);
    expect(violations({ ...SEED_EXAMPLE, docket: { status: 'fine' } })).toEqual([
      "/docket must have required property 'backend'",
      "/docket must have required property 'latency_ms'",
      "/docket must have required property 'pending_tasks'",
      '/docket/status must be equal to one of the allowed values',
    ]);
    const [first] = SEED_EXAMPLE.services.perpetual;
    const perpetual = [{ ...first, last_heartbeat: 'yesterday', last_duration_ms: '142' }];
    expect(violations({ ...SEED_EXAMPLE, services: { ...SEED_EXAMPLE.services, perpetual } })).toEqual([
      '/services/perpetual/0/last_duration_ms must be number,null',
      '/services/perpetual/0/last_heartbeat must match format "date-time"',
    ]);
  });

  it('fulfils it when all is well', () => {
    const snapshot = watched();
    expect(snapshot.services.perpetual.length).toBeGreaterThan(10);
    expect(snapshot.services.consumer).toHaveLength(4);
    expect(violations(JSON.parse(JSON.stringify(snapshot)))).toEqual([]);
  });

  it.each([
    ['nothing is configured', installation({ postgres: [], redis: [], prefect: [] }), []],
    ['nothing has reported', installation({ redis: [REDIS] }), []],
    ['Redis holds nothing', installation({ redis: [REDIS] }), [healthy('redis/main', NOTHING_THERE)]],
    ['Redis is down', installation({ redis: [REDIS] }), [report('redis/main', { 'redis.up': 0 })]],
  ])('fulfils it when %s', (_, config, reports) => {
    const { snapshot } = new Monitor(config).look(0, ...reports);
    expect(violations(JSON.parse(JSON.stringify(snapshot)))).toEqual([]);
  });

  it('has every field of the example, of the same type where it is known', () => {
    const own = new Map<string, Set<string>>();
    for (const [path, value] of pathsIn(watched())) {
      own.set(path, (own.get(path) ?? new Set()).add(value === null ? 'null' : typeof value));
    }
    for (const [path, value] of pathsIn(SEED_EXAMPLE)) {
      const types = own.get(path);
      expect(types, path).toBeDefined();
      if (value !== null) {
        for (const type of types ?? []) expect(['null', typeof value], path).toContain(type);
      }
    }
  });

  it('could be answered by the example itself in each of the five sections', () => {
    const { server, docket, services, events_table } = SEED_EXAMPLE;
    const { entries } = SnapshotSchema;
    const { status, latency_ms, ready, ready_latency_ms } = watched().server;
    expect(v.is(entries.server, { ...server, status, latency_ms, ready, ready_latency_ms })).toBe(true);
    expect(v.is(entries.database, { ...watched().database, ...SEED_EXAMPLE.database })).toBe(true);
    expect(v.is(entries.docket, docket)).toBe(true);
    expect(v.is(entries.services, services)).toBe(true);
    expect(v.is(entries.events_table, events_table)).toBe(true);
  });
});
