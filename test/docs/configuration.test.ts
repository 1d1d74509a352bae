import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { configurationDocument, configurationRows } from '../../local/docs/configuration.ts';
import { MEANINGS, meaningOf } from '../../local/docs/meanings.ts';
import { rowsOfSchema } from '../../local/docs/schema-rows.ts';

const FILE = join(import.meta.dirname, '../../docs/configuration.md');

describe('docs/configuration.md', () => {
  it('is what the schema says today: else `node local/docs/write-configuration.ts`', () => {
    expect(readFileSync(FILE, 'utf8')).toBe(configurationDocument());
  });

  it('says of every key what it is for', () => {
    expect(configurationRows().filter((r) => meaningOf(r.path) === undefined)).toEqual([]);
  });

  it('keeps no meaning of a key that is gone', () => {
    const told = new Set(configurationRows().map((r) => meaningOf(r.path)));
    expect(Object.entries(MEANINGS).filter(([, text]) => !told.has(text))).toEqual([]);
  });
});

describe('the rows of a schema', () => {
  it('have what is allowed in the words of its checks, and what is taken otherwise', () => {
    const schema = v.strictObject({
      port: v.optional(v.pipe(v.number(), v.maxValue(9, 'nine at most')), 3),
      name: v.pipe(v.pipe(v.string(), v.nonEmpty('a name')), v.trim()),
      list: v.optional(v.array(v.strictObject({ on: v.boolean() }))),
    });
    expect(rowsOfSchema(schema)).toEqual([
      { path: 'port', allowed: 'nine at most', otherwise: '`3`' },
      { path: 'name', allowed: 'a name', otherwise: undefined },
      { path: 'list', allowed: 'a list: each an object', otherwise: 'nothing' },
      { path: 'list[].on', allowed: '`true` or `false`', otherwise: undefined },
    ]);
  });

  it('join what several alternatives allow under one key', () => {
    const schema = v.strictObject({
      from: v.variant('by', [
        v.strictObject({ by: v.literal('a'), x: v.string() }),
        v.strictObject({ by: v.literal('b') }),
      ]),
    });
    expect(rowsOfSchema(schema).map((r) => `${r.path}: ${r.allowed}`)).toEqual([
      'from: an object by its `by`',
      'from.by: `"a"`, or `"b"`',
      'from.x: text',
    ]);
  });
});
