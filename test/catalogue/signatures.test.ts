import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SIGNATURES } from '../../lib/catalogue/signatures/index.ts';
import { type Example, SOURCE, THEMES } from '../../lib/catalogue/signatures/signature.ts';
import { scanLog } from '../../lib/probe/logs/scan.ts';
import { whyNotLinear } from './linear.ts';

const FIXTURES = resolve(import.meta.dirname, '../fixtures/logs');
const files = readdirSync(FIXTURES).filter((name) => name.endsWith('.log'));

function fixture(name: string): string {
  const file = files.find((f) => new RegExp(`^${name}-\\d+[\\d.]*\\.log$`).test(f));
  if (file === undefined) throw new Error(`no fixture is called ${name}`);
  return readFileSync(join(FIXTURES, file), 'utf8');
}

function found(text: string): readonly string[] {
  const scan = scanLog();
  scan.push(Buffer.from(text));
  return scan
    .end()
    .sightings.map((s) => s.signature)
    .sort();
}

const examples = SIGNATURES.flatMap(({ id, examples }) => examples.map((example) => ({ id, example })));
const nearMisses = SIGNATURES.flatMap(({ id, nearMisses }) => nearMisses.map((text) => ({ id, text })));

describe('the signatures', () => {
  it('have names and themes of their own', () => {
    const ids = SIGNATURES.map((s) => s.id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const { theme } of SIGNATURES) expect(THEMES).toContain(theme);
  });

  it.each(examples)('$id and no other is found in its example: $example.text', ({ id, example }) => {
    expect(found(example.text)).toEqual([id, ...(example.also ?? [])].sort());
  });

  it.each(nearMisses)('$id is not found in: $text', ({ id, text }) => {
    expect(found(text)).not.toContain(id);
  });

  const printed = examples.filter(({ example }) => example.from !== SOURCE);
  it.each(printed)('$id has an example that was really printed: $example.text', ({ example }) => {
    const log = stripVTControlCharacters(fixture(example.from));
    for (const line of linesOf(example)) expect(log).toContain(line);
  });

  it('each have an example, a near miss, an anchor and a meaning', () => {
    for (const s of SIGNATURES) {
      expect([s.id, s.examples.length > 0, s.nearMisses.length > 0]).toEqual([s.id, true, true]);
      expect(s.anchors.length).toBeGreaterThan(0);
      expect(s.meaning).toMatch(/\S/);
    }
  });

  it('have anchors that JSON leaves as they are, long enough to be rare', () => {
    for (const anchor of SIGNATURES.flatMap((s) => s.anchors)) {
      expect(JSON.stringify(anchor)).toBe(`"${anchor}"`);
      expect(anchor.length >= 3 || anchor === '↩').toBe(true);
    }
  });

  it.each(SIGNATURES)('$id is linear whatever it is put to', ({ pattern }) => {
    expect(pattern.global || pattern.sticky).toBe(false);
    expect(whyNotLinear(pattern)).toEqual([]);
  });
});

describe('the check for linear expressions', () => {
  it.each([
    [/(a+)+b/, 'not understood'],
    [/a*b/, 'not understood'],
    [/a{2,}b/, 'not understood'],
    [/(?:a{1,9}){1,9}b/, 'a repeated group'],
    [/\w{1,9}\d{1,9}x/, 'may run over'],
    [/[^x]{1,9}(?:y|z)/, 'may run over'],
    [/a{1,900}b/, 'repeated up to 900 times'],
    [/(a)\1/, 'a backreference'],
    [/(?<=a)b/, 'not understood'],
  ])('refuses %s: %s', (pattern, why) => {
    expect(whyNotLinear(pattern).join()).toContain(why);
  });

  it.each([/^a\b(?:x|y)? [\d.]{1,20} ms$/, /[^\n]{0,400}\n(?:A|B)/, /'[^']{1,80}' could/])(
    'lets %s pass',
    (p) => {
      expect(whyNotLinear(p)).toEqual([]);
    },
  );
});

const linesOf = ({ text }: Example): readonly string[] => text.split('\n');
