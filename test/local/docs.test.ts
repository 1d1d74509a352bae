import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FINDINGS } from '../../lib/catalogue/findings/index.ts';
import { SIGNALS } from '../../lib/catalogue/signals/index.ts';
import { findingsPages } from '../../local/docs/findings.ts';
import { code, fenced, plain } from '../../local/docs/markdown.ts';
import { GENERATED_FOLDER, generatedPages } from '../../local/docs/pages.ts';
import { first } from '../assess/builders.ts';

const DOCS = resolve(import.meta.dirname, '../../docs');
const pages = generatedPages();

describe('the pages made from the catalogue', () => {
  it.each([...pages])('docs/%s is what the catalogue says; else `npm run docs` renews it', (path, text) => {
    expect(readFileSync(join(DOCS, path), 'utf8')).toBe(text);
  });

  it('are all there is in their folder; else `npm run docs` takes the others away', () => {
    const there = readdirSync(join(DOCS, GENERATED_FOLDER)).map((name) => `${GENERATED_FOLDER}/${name}`);
    expect([...pages.keys()]).toEqual(expect.arrayContaining(there));
  });

  it('hold a runbook of every finding, and a line of every signal', () => {
    const all = [...pages.values()].join('\n');
    for (const { id } of FINDINGS) expect(all).toContain(`\n## ${id}\n`);
    for (const { id } of SIGNALS) expect(pages.get('signals.md')).toContain(`| ${code(id)} `);
  });

  it('link only to what is there', () => {
    const broken = [...pages].flatMap(([path, text]) =>
      [...text.matchAll(/\]\(([^)#]*)(?:#([a-z0-9-]+))?\)/g)].flatMap(([link, file = '', anchor]) => {
        const target = pages.get(join(path, '..', file));
        const isThere = target !== undefined && (anchor === undefined || target.includes(`\n## ${anchor}\n`));
        return isThere ? [] : [`${path}: ${link}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it('are not made of a finding that follows from nothing known', () => {
    const finding = { ...first(FINDINGS), causes: ['the-moon'] };
    expect(() => findingsPages([finding])).toThrow('no finding is called the-moon');
  });
});

describe('a text in a page', () => {
  it('stays a text, and code stays code', () => {
    expect(plain('see <pool> | `a|b <c>` *now*')).toBe('see \\<pool\\> \\| `a\\|b <c>` \\*now\\*');
  });

  it('is fenced by more backticks than it holds', () => {
    expect(fenced('echo ```', 'sh')).toBe('````sh\necho ```\n````');
  });
});
