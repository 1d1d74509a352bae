import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { etagOf } from '../../lib/api/conditional.ts';
import { openGzip } from '../../lib/api/gzip.ts';

const unpacked = (packed: string) => gunzipSync(Buffer.from(packed, 'base64')).toString('utf8');

describe('compressed bodies', () => {
  it('read as the body that was asked for, with an ETag or without, again and again', () => {
    const gzip = openGzip();
    for (const _ of [1, 2]) {
      for (const body of ['first', 'second', 'grüße']) {
        expect(unpacked(gzip(body, etagOf(body)))).toBe(body);
        expect(unpacked(gzip(body, undefined))).toBe(body);
      }
    }
  });

  it('are kept by ETag, the latest asked for the longest, and not without end', () => {
    const gzip = openGzip();
    /** Under an ETag that is kept, what is told of the body does not matter any more. */
    const isKept = (etag: string) => unpacked(gzip('another', etag)) !== 'another';
    gzip('body', 'used');
    gzip('body', 'unused');
    for (let i = 0; i < 100; i++) {
      gzip('body', `W/"${i}"`);
      expect(isKept('used')).toBe(true);
    }
    expect(isKept('W/"99"')).toBe(true);
    expect(isKept('unused')).toBe(false);
  });
});
