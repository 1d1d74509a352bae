import { randomBytes } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { DocumentError, pack, unpack } from '../../lib/store/document.ts';

describe('a stored document', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(unpack(v.unknown(), pack(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('that does not fit an item is refused before it is written', () => {
    expect(() => pack(randomBytes(600 * 1024).toString('base64'))).toThrow(DocumentError);
  });

  it.each([
    ['nothing', undefined],
    ['text', 'H4sI'],
    ['bytes that are not compressed', new Uint8Array([1, 2, 3])],
    ['compressed bytes that are no JSON', brotliCompressSync('{')],
    ['a document of another shape', brotliCompressSync('{"at":1}')],
  ])('that turns out to be %s is refused', (_, bytes) => {
    expect(() => unpack(v.object({ at: v.string() }), bytes)).toThrow(DocumentError);
  });

  it('cannot unpack without bound', () => {
    expect(() => unpack(v.unknown(), brotliCompressSync(' '.repeat(20 * 1024 * 1024)))).toThrow(
      DocumentError,
    );
  });
});
