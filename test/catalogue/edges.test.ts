import { describe, expect, it } from 'vitest';
import { type Observation, observe } from '../../lib/assess/observation.ts';
import { judge, type Rule } from '../../lib/assess/rules.ts';
import { watch } from '../../lib/assess/staleness.ts';
import type { FindingDefinition } from '../../lib/catalogue/finding.ts';
import { FINDINGS } from '../../lib/catalogue/findings/index.ts';
import type { Finding } from '../../lib/model/finding.ts';
import type { TargetKind } from '../../lib/model/report.ts';
import { at, installation, report, targetNamed } from '../assess/builders.ts';
import { BACKGROUND_EDGES } from './edges/background-services.ts';
import type { Edge, FixedEdge, Said, Scene } from './edges/edge.ts';
import { POSTGRES_EDGES } from './edges/postgres.ts';
import { PREFECT_EDGES } from './edges/prefect.ts';
import { PREFECT_TABLES_EDGES } from './edges/prefect-tables.ts';
import { REDIS_EDGES } from './edges/redis.ts';
import { SURROUNDING_EDGES } from './edges/surroundings.ts';
import { OTHER_KINDS, TARGET_OF } from './every-kind.ts';

const EDGES: Readonly<Record<string, Edge | FixedEdge>> = {
  ...POSTGRES_EDGES,
  ...PREFECT_TABLES_EDGES,
  ...REDIS_EDGES,
  ...BACKGROUND_EDGES,
  ...PREFECT_EDGES,
  ...SURROUNDING_EDGES,
};

const watched = installation({
  redis: [
    { name: 'main', host: 'redis.internal' },
    { name: 'cache', host: 'cache.internal', roles: ['cache'] },
  ],
  ...OTHER_KINDS,
});
const USUAL: Readonly<Record<TargetKind, string>> = {
  ...TARGET_OF,
  redis: 'redis/main',
};

function observed(target: string, { values = {}, facts = {} }: Said, ageSeconds = 0): Observation {
  const seen = watch(
    targetNamed(target, watched),
    [report(target, values, { facts })],
    at(0),
    at(ageSeconds),
  );
  return observe(seen, () => [], [], at(ageSeconds));
}

/** One finding on one kind of target, put to a scene. */
class Court {
  readonly #rule: Rule;
  readonly #kind: TargetKind;
  readonly #edge: Edge;

  constructor(definition: FindingDefinition, kind: TargetKind, edge: Edge) {
    const { thresholds = {}, pendingSeconds, recoverySeconds } = definition;
    this.#rule = { definition, thresholds, pendingSeconds, recoverySeconds };
    this.#kind = kind;
    this.#edge = edge;
  }

  /** The finding where it is judged by this value; null when it does not hold, having held as `last` before. */
  at(value: number, last: Finding | null = null): Finding | null {
    const scene: Scene = this.#edge.at(value, this.#kind);
    const target = this.#edge.target ?? USUAL[this.#kind];
    const others = Object.entries(scene.elsewhere ?? {}).map(([id, said]) => observed(id, said));
    const outcome = judge(this.#rule, observed(target, scene, scene.ageSeconds), last, others);
    if (outcome.result === 'holds') return outcome.finding;
    expect(outcome.result).toBe('clear');
    return null;
  }
}

/** The least that makes a difference, whatever the size of a value. */
const little = (value: number): number => Math.abs(value) * 1e-4;

const cases = FINDINGS.flatMap((finding) =>
  finding.kinds.map((kind) => ({ id: finding.id, finding, kind, edge: EDGES[finding.id] })),
);
const moving = cases.flatMap(({ id, finding, kind, edge }) =>
  (['warning', 'critical'] as const).flatMap((severity) => {
    const threshold = finding.thresholds?.[severity];
    return threshold === undefined || edge === undefined
      ? []
      : [{ id, kind, severity, ...threshold, court: new Court(finding, kind, edge) }];
  }),
);
const fixed = cases.flatMap(({ id, finding, kind, edge }) =>
  edge !== undefined && 'holds' in edge ? [{ id, kind, edge, court: new Court(finding, kind, edge) }] : [],
);

describe('the edges', () => {
  it('are known of every finding, and of no other', () => {
    expect(Object.keys(EDGES).toSorted()).toEqual(FINDINGS.map((f) => f.id).toSorted());
  });

  it('are those of the thresholds wherever there are some', () => {
    expect(new Set([...moving, ...fixed].map((edge) => edge.id)).size).toBe(FINDINGS.length);
    expect(moving.filter((m) => fixed.some((f) => f.id === m.id))).toEqual([]);
  });
});

describe('a finding with a threshold', () => {
  it.each(moving)('$id of $kind is $severity at $enter and beyond, and not before', (edge) => {
    const { severity, enter, leave, court } = edge;
    const away = enter >= leave ? little(enter) : -little(enter);
    expect(court.at(enter)?.severity).toBe(severity);
    expect(court.at(enter + away)?.severity).toBe(severity);
    expect(court.at(enter - away)?.severity).not.toBe(severity);
  });

  it.each(moving)('$id of $kind, once $severity, is so until it is past $leave', (edge) => {
    const { severity, enter, leave, court } = edge;
    const away = enter >= leave ? little(leave) : -little(leave);
    const last = court.at(enter);
    expect(court.at(leave, last)?.severity).toBe(severity);
    expect(court.at(leave + away, last)?.severity).toBe(severity);
    expect(court.at(leave - away, last)?.severity).not.toBe(severity);
  });

  it.each(moving.filter((m) => m.severity === 'warning'))('$id of $kind is nothing before $enter', (edge) => {
    const { enter, leave, court } = edge;
    expect(court.at(enter - (enter >= leave ? little(enter) : -little(enter)))).toBeNull();
  });
});

describe('a finding without a threshold', () => {
  it.each(fixed)('$id of $kind is $edge.severity at $edge.holds and not at $edge.not', ({ edge, court }) => {
    expect(court.at(edge.holds)?.severity).toBe(edge.severity);
    expect(court.at(edge.not)).toBeNull();
    expect(court.at(edge.not, court.at(edge.holds))).toBeNull();
  });
});
