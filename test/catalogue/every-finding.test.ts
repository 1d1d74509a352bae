import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { observe } from '../../lib/assess/observation.ts';
import { judge } from '../../lib/assess/rules.ts';
import { watch } from '../../lib/assess/staleness.ts';
import { needsOf } from '../../lib/catalogue/finding.ts';
import { FINDINGS } from '../../lib/catalogue/findings/index.ts';
import { signalNamed } from '../../lib/catalogue/signals/index.ts';
import type { TargetKind } from '../../lib/model/report.ts';
import { at, installation, report, targetNamed } from '../assess/builders.ts';
import { OTHER_KINDS, TARGET_OF } from './every-kind.ts';

const TESTS = resolve(import.meta.dirname, '..');
/** Those that go through the whole catalogue make nothing true. */
const OF_ALL = ['every-finding.test.ts', 'seeds.test.ts', 'findings.test.ts', 'docs.test.ts'];
const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !OF_ALL.some((of) => name.endsWith(of)))
  .map((name) => ({ name, text: readFileSync(join(TESTS, name), 'utf8') }));

const constantOf = (id: string): string =>
  id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The tests that name a finding, by its id or by its definition's name. */
const testsOf = (id: string): readonly string[] =>
  files
    .filter(({ text }) => text.includes(`'${id}'`) || new RegExp(`\\b${constantOf(id)}\\b`).test(text))
    .map(({ name }) => name);

/** Those that run beside real servers. */
const onRealParts = (id: string): string =>
  testsOf(id).find((name) => /^(integration|deployed)\//.test(name)) ?? 'no test';

const ids = FINDINGS.map((f) => f.id);
const each = FINDINGS.map((finding) => ({ id: finding.id, finding }));

const watched = installation({
  ...OTHER_KINDS,
});
const TARGETS: Readonly<Record<TargetKind, string>> = {
  ...TARGET_OF,
  redis: 'redis/streams',
};

/** Of its own reports the monitor always knows; of everything else a signal may be unknown. */
const mayBeUnknown = (signal: string): boolean => !signal.startsWith('monitor.');

/** Every finding on every kind it judges, with each signal it needs there. */
const needed = FINDINGS.flatMap((finding) =>
  finding.kinds.flatMap((kind) =>
    needsOf(finding, kind)
      .filter(mayBeUnknown)
      .map((signal) => ({ id: finding.id, finding, kind, signal })),
  ),
);

/** What comes of a rule where one signal is unknown and all others are 1. */
function without(signal: string, { finding, kind }: (typeof needed)[number]) {
  const target = targetNamed(TARGETS[kind], watched);
  const others = needsOf(finding, kind).filter((s) => s !== signal);
  const values = { ...Object.fromEntries(others.map((s) => [s, 1])), [signal]: 'permission' as const };
  const watchedTarget = watch(target, [report(target.id, values)], at(0), at(0));
  const observation = observe(watchedTarget, () => [], [], at(0));
  const { thresholds = {}, pendingSeconds, recoverySeconds } = finding;
  return judge({ definition: finding, thresholds, pendingSeconds, recoverySeconds }, observation, null);
}

describe('every finding', () => {
  it.each(each)('$id says what it is, what it does, what to do and who says so', ({ finding }) => {
    const { title, meaning, impact, remedy, source } = finding;
    for (const text of [title, meaning, impact, ...remedy.map((r) => r.text), ...source])
      expect(text).toMatch(/\S.{7}/);
    expect(remedy.length).toBeGreaterThan(0);
    expect(source.length).toBeGreaterThan(0);
    for (const { command } of remedy) expect(command ?? 'none').toMatch(/^\S.*\S$/s);
  });

  it.each(each)('$id may follow only from others that are there', ({ id, finding }) => {
    expect(finding.causes.filter((cause) => !ids.includes(cause) || cause === id)).toEqual([]);
    expect(finding.causes).toEqual([...new Set(finding.causes)]);
  });

  it.each(each)('$id needs only signals of the kinds it judges', ({ finding }) => {
    const kinds = finding.needs.map((signal) => signalNamed(signal).kind);
    expect(kinds.filter((kind) => !finding.kinds.includes(kind))).toEqual([]);
  });

  /** Counts are entered at 1 and left below it: there is nothing between. */
  it.each(each)('$id is left at another value than it is entered at, unless it counts', ({ finding }) => {
    const { warning, critical } = finding.thresholds ?? {};
    for (const { enter, leave } of [warning, critical].filter((t) => t !== undefined))
      expect(enter !== leave || (Number.isInteger(enter) && enter <= 10)).toBe(true);
    if (warning === undefined || critical === undefined) return;
    const direction = Math.sign(critical.enter - warning.enter);
    expect(direction).not.toBe(0);
    for (const { enter, leave } of [warning, critical])
      expect([0, direction]).toContain(Math.sign(enter - leave));
  });

  it.each(needed)('$id is not judged of $kind without $signal, and says so', (asked) => {
    const outcome = without(asked.signal, asked);
    expect(outcome).toMatchObject({
      result: 'unjudged',
      unevaluated: [{ finding: asked.id, signals: [asked.signal], reason: 'permission' }],
      last: null,
    });
  });

  it.each(each)('$id needs something, or it would be judged of nothing', ({ finding }) => {
    for (const kind of finding.kinds) expect(needsOf(finding, kind)).not.toEqual([]);
  });

  it.each(each.map(({ id }) => ({ id, file: testsOf(id)[0] ?? 'no test' })))(
    '$id is made true in $file',
    ({ file }) => {
      expect(files.map(({ name }) => name)).toContain(file);
    },
  );

  it.each(
    FINDINGS.filter((f) => needsOf(f, 'postgres').some((signal) => signal.startsWith('postgres.'))).map(
      ({ id }) => ({
        id,
        file: onRealParts(id),
      }),
    ),
  )('$id is put to a real PostgreSQL in $file', ({ file }) => {
    expect(file).not.toBe('no test');
  });
});
