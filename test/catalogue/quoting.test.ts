import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWord, sqlName, sqlText } from '../../lib/catalogue/quoting.ts';

describe('a name in SQL', () => {
  it('stays one name, qualified or not', () => {
    expect(sqlName('public', 'events')).toBe('"public"."events"');
    expect(sqlName('odd"; DROP TABLE x; --')).toBe('"odd""; DROP TABLE x; --"');
  });
});

describe('a text in SQL', () => {
  it('stays one text, whatever the server makes of backslashes', () => {
    expect(sqlText("it's")).toBe("'it''s'");
    expect(sqlText("\\'; DROP TABLE x; --")).toBe("E'\\\\''; DROP TABLE x; --'");
  });
});

describe('a word of a shell', () => {
  it('is bare when harmless and quoted when not', () => {
    expect(shellWord('my-pool/default')).toBe('my-pool/default');
    expect(shellWord('')).toBe("''");
    expect(shellWord("$(rm -rf /) 'x'")).toBe("'$(rm -rf /) '\\''x'\\'''");
  });

  it('is read back by a real shell as the name it was, whatever the name', async () => {
    const names = fc.sample(
      fc.string({ unit: fc.constantFrom(...`a b'"\\$\`;&|<>(){}*?~#!-\n=%é`), maxLength: 40 }),
      200,
    );
    const command = `printf '%s\\0' ${names.map(shellWord).join(' ')}`;
    const { stdout } = await execa({ shell: '/bin/sh', stripFinalNewline: false })`${command}`;
    expect(stdout.split('\0').slice(0, -1)).toEqual(names);
  });
});
