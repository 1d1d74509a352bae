import { describe, expect, it } from 'vitest';
import { type Causality, causality, rootCauseOf, withCauses } from '../../lib/assess/causes.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { at, healthy, installation, Monitor } from './builders.ts';

const finding = (id: string, since: number, but: Partial<Finding> = {}): Finding => ({
  id,
  target: 'postgres/orion',
  component: 'database',
  severity: 'critical',
  status: 'error',
  since: at(since),
  observed_at: at(since),
  title: id,
  evidence: [],
  meaning: '',
  impact: '',
  remedy: [],
  source: [],
  ...but,
});

const CAUSES: Readonly<Record<string, readonly string[]>> = {
  locks: [],
  connections: ['locks'],
  unready: ['locks', 'connections'],
  memory: ['connections'],
  chicken: ['egg'],
  egg: ['chicken'],
};
const CAUSAL: Causality = { causesOf: ({ id }) => CAUSES[id] ?? [], reaches: () => true };
const linked = (...findings: readonly Finding[]) =>
  Object.fromEntries(withCauses(findings, CAUSAL).map((f) => [f.id, f.caused_by]));

describe('the cause of a finding', () => {
  it('is the likeliest that stands, not the oldest', () => {
    expect(linked(finding('unready', 60), finding('locks', 30), finding('connections', 0)).unready).toBe(
      'locks@postgres/orion',
    );
  });

  it('is one of the same target, else the oldest of several of one kind', () => {
    const elsewhere = finding('locks', -60, { target: 'postgres/events' });
    const far = finding('locks', -30, { target: 'postgres/nebula' });
    const effect = finding('connections', 60);
    expect(linked(effect, finding('locks', 0), elsewhere).connections).toBe('locks@postgres/orion');
    expect(linked(effect, far, elsewhere).connections).toBe('locks@postgres/events');
  });

  it('may have been seen three minutes after it and no later', () => {
    expect(linked(finding('connections', 0), finding('locks', 180)).connections).toBe('locks@postgres/orion');
    expect(linked(finding('connections', 0), finding('locks', 181)).connections).toBeUndefined();
  });

  it.each([
    ['every quarter of an hour', 'db-pool-exhausted', 'events-query-slow', 900],
    ['by CloudWatch only', 'db-pool-exhausted', 'postgres-cpu-high', 300],
    ['every minute', 'db-pool-exhausted', 'statistics-stale', 0],
  ])('that is read %s may be seen as much later: %s from %s', (_, effect, cause, seconds) => {
    const causeWhenSeen = (later: number) =>
      withCauses([finding(effect, 0), finding(cause, later)], causality([]))[0]?.caused_by;
    expect(causeWhenSeen(180 + seconds)).toBe(`${cause}@postgres/orion`);
    expect(causeWhenSeen(181 + seconds)).toBeUndefined();
  });

  it('is never something merely informative, which follows from nothing either', () => {
    const info = finding('locks', 0, { severity: 'info' });
    expect(linked(finding('connections', 0), info).connections).toBeUndefined();
    const hint = finding('connections', 0, { severity: 'info' });
    expect(linked(hint, finding('locks', 0)).connections).toBeUndefined();
  });

  it('never goes in a circle', () => {
    expect(linked(finding('chicken', 10), finding('egg', 0))).toEqual({
      chicken: undefined,
      egg: 'chicken@postgres/orion',
    });
  });

  it('is forgotten when it no longer stands', () => {
    const before = finding('connections', 0, { caused_by: 'locks@postgres/orion' });
    expect(linked(before).connections).toBeUndefined();
  });
});

describe('the root cause', () => {
  const rootCause = (...findings: readonly Finding[]) =>
    rootCauseOf(withCauses(findings, CAUSAL), [], CAUSAL);
  const rootOf = (...findings: readonly Finding[]) => rootCause(...findings)?.finding ?? null;

  it('is the one most others follow from, through others too', () => {
    expect(
      rootOf(
        finding('elsewhere', -600),
        finding('memory', 60),
        finding('connections', 30),
        finding('locks', 0, { severity: 'warning' }),
      ),
    ).toBe('locks');
  });

  it('is the worst of those nothing follows from, then the oldest', () => {
    const mild = finding('mild', 0, { severity: 'warning' });
    expect(rootOf(mild, finding('late', 60), finding('early', 30))).toBe('early');
  });

  it('has those at its side for which as much speaks, and no others', () => {
    const [a, b] = [finding('a', 0), finding('b', 180)];
    expect(rootCause(a, b)).toMatchObject({ finding: 'a', ties: ['b@postgres/orion'] });
    expect(rootCause(a, finding('late', 181))?.ties).toEqual([]);
    expect(rootCause(a, finding('mild', 0, { severity: 'warning' }))?.ties).toEqual([]);
    expect(rootCause(a, finding('locks', 0), finding('memory', 0), finding('connections', 0))?.ties).toEqual(
      [],
    );
  });

  it('says which findings may lie deeper but could not be judged', () => {
    const judged = (reason: string) =>
      rootCauseOf(
        [finding('connections', 0)],
        [{ finding: 'locks', target: 'postgres/orion', signals: [], reason }],
        CAUSAL,
      )?.unjudged;
    expect(judged('permission')).toEqual(['locks@postgres/orion']);
    expect(judged('not-configured')).toEqual([]);
  });

  it('is none when there is nothing worse than information', () => {
    expect(rootOf()).toBeNull();
    expect(rootOf(finding('note', 0, { severity: 'info' }))).toBeNull();
  });
});

describe('an assessment of a database that went down', () => {
  it('names it as the root cause of what fails after it', () => {
    const monitor = new Monitor();
    const { snapshot } = monitor.look(
      1,
      healthy('postgres/orion', { 'postgres.up': 0 }, { at: 1 }),
      healthy('prefect/server', { 'prefect.ready': 0 }, { at: 0 }),
      healthy('redis/streams', { 'redis.memory.used_percent': 95 }, { at: 0 }),
    );
    expect(snapshot.root_cause).toEqual({
      finding: 'postgres-down',
      target: 'postgres/orion',
      title: 'PostgreSQL does not answer',
      since: at(1),
      consequences: ['redis-memory-high@redis/streams', 'prefect-not-ready@prefect/server'],
      ties: [],
      unjudged: [],
    });
    const causes = snapshot.findings.map((f) => [f.id, f.caused_by]);
    expect(causes).toEqual([
      ['prefect-not-ready', 'postgres-down@postgres/orion'],
      ['redis-memory-high', 'postgres-down@postgres/orion'],
      ['postgres-down', undefined],
    ]);
  });

  it('tells people once, of the cause, with what follows from it', () => {
    const monitor = new Monitor(installation({ redis: [] }));
    const fault = (seconds: number) => [
      healthy('postgres/orion', { 'postgres.up': 0 }, { at: seconds }),
      healthy('prefect/server', { 'prefect.ready': 0 }, { at: seconds }),
    ];
    monitor.look(0, ...fault(0));
    const { changes } = monitor.look(60, ...fault(60));
    expect(changes.map((c) => [c.kind, c.incident.finding.id])).toEqual([['opened', 'postgres-down']]);
    expect(changes[0]?.incident.consequences).toMatchObject([
      { finding: 'prefect-not-ready@prefect/server', phase: 'open', severity: 'critical' },
    ]);
  });
});

describe('background work that does not get done', () => {
  const effects = [
    'docket-backlog-growing',
    'docket-no-live-worker',
    'perpetual-behind',
    'perpetual-stopped',
    'perpetual-missing',
    'consumer-missing',
    'consumer-silent',
    'consumer-lagging',
    'work-queue-growing',
    'stream-group-lagging',
  ];
  const causeOf = (effect: string, cause: string, target: string) =>
    withCauses(
      [finding(cause, 0, { target }), finding(effect, 60, { target: 'redis/main' })],
      causality([]),
    )[1]?.caused_by;

  it.each(effects)('may follow from a Redis that is away, refuses writes or lost its data: %s', (effect) => {
    for (const cause of ['redis-down', 'redis-refusing-writes', 'redis-restarted-empty'])
      expect(causeOf(effect, cause, 'redis/main')).toBe(`${cause}@redis/main`);
  });

  it.each([
    ['a docket that nobody works on any more', 'docket-no-live-worker', 'docket-in-memory', 'prefect/server'],
    ['a docket that is nowhere', 'docket-not-watched', 'redis-restarted-empty', 'redis/main'],
    ['a docket that is nowhere', 'docket-not-watched', 'redis-flushed', 'redis/main'],
    ['late runs marked too slowly', 'mark-late-overrun', 'perpetual-stopped', 'redis/main'],
  ])('may follow from what took it away: %s (%s from %s)', (_, effect, cause, target) => {
    expect(causeOf(effect, cause, target)).toBe(`${cause}@${target}`);
  });

  it.each(['docket-backlog-growing', 'perpetual-stopped', 'work-queue-growing', 'stream-group-lagging'])(
    'may follow from a database in trouble: %s',
    (effect) => {
      for (const cause of [
        'postgres-down',
        'postgres-lock-contention',
        'postgres-connections-high',
        'postgres-cpu-high',
      ])
        expect(causeOf(effect, cause, 'postgres/orion')).toBe(`${cause}@postgres/orion`);
    },
  );
});
