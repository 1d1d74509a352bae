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
});
