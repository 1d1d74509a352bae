import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FINDINGS } from '../../lib/catalogue/findings/index.ts';
import { SIGNALS } from '../../lib/catalogue/signals/index.ts';

const TESTS = resolve(import.meta.dirname, '..');
const sources = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(TESTS, name), 'utf8'))
  .join('\n');

describe('the catalogue', () => {
  it('calls no two findings and no two signals of one kind the same', () => {
    const ids = FINDINGS.map((f) => f.id);
    expect(ids).toEqual([...new Set(ids)]);
    const signals = SIGNALS.map((s) => `${s.kind} ${s.id}`);
    expect(signals).toEqual([...new Set(signals)]);
  });

  it('publishes no two signals under one metric', () => {
    const metrics = SIGNALS.flatMap((s) => (s.metric === null ? [] : [s.metric]));
    expect(metrics).toEqual([...new Set(metrics)]);
  });

  it.each(FINDINGS.map((f) => [f.id, f] as const))(
    'has what %s needs, and what it may follow from',
    (_, finding) => {
      const known = SIGNALS.filter((s) => finding.kinds.includes(s.kind)).map((s) => s.id);
      expect(known).toEqual(expect.arrayContaining([...finding.needs]));
      expect(FINDINGS.map((f) => f.id)).toEqual(expect.arrayContaining([...finding.causes]));
    },
  );

  it.each(FINDINGS.map((f) => [f.id, f] as const))('says of %s what a tired person needs', (_, finding) => {
    for (const text of [finding.title, finding.meaning, finding.impact]) expect(text).toMatch(/\S/);
    expect(finding.remedy.length).toBeGreaterThan(0);
    expect(finding.source.length).toBeGreaterThan(0);
  });

  it.each(FINDINGS.map((f) => f.id))('is tested where it says %s', (id) => {
    const constant = id.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    expect(sources.includes(`'${id}'`) || new RegExp(`\\b${constant}\\b`).test(sources)).toBe(true);
  });

  it('derives only from signals that are there', () => {
    const ids = new Set(SIGNALS.map((s) => s.id));
    for (const { derivation } of SIGNALS) {
      if (derivation === undefined) continue;
      const of = derivation.how === 'share' ? [derivation.of, ...derivation.within] : [derivation.of];
      for (const id of of) expect(ids).toContain(id);
    }
  });
});
