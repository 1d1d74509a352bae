import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWord, sqlName, sqlText } from '../../lib/catalogue/quoting.ts';

describe('a word for a shell', () => {
  it('leaves a plain name as it is', () => {
    expect(['default-agent-pool', 'flows/daily', 'a.b_c@d'].map(shellWord)).toEqual([
      'default-agent-pool',
      'flows/daily',
      'a.b_c@d',
    ]);
  });

  it('is read back by a real shell as the name it was, whatever the name', async () => {
    const names = fc.sample(
      fc.string({ unit: fc.constantFrom(...`a b'"\\$\`;&|<>(){}*?~#!-\n=%é`), maxLength: 40 }),
      200,
    );
    const { stdout } = await execa({ shell: '/bin/sh', stripFinalNewline: false })`${`printf '%s\\0' ${names
      .map(shellWord)
      .join(' ')}`}`;
    expect(stdout.split('\0').slice(0, -1)).toEqual(names);
  });
});

describe('a literal for SQL', () => {
  it('doubles quotes, and marks backslashes as such', () => {
    expect(sqlText('public.events')).toBe("'public.events'");
    expect(sqlText("it's")).toBe("'it''s'");
    expect(sqlText('a\\b')).toBe("E'a\\\\b'");
  });
});

describe('a name in SQL', () => {
  it('stays one name, qualified or not', () => {
    expect(sqlName('public', 'events')).toBe('"public"."events"');
    expect(sqlName('odd"; DROP TABLE x; --')).toBe('"odd""; DROP TABLE x; --"');
  });
});
