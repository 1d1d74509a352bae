import { describe, expect, it } from 'vitest';
import type { NativeHistogram } from '../../../lib/probe/exposition/native.ts';
import { read } from './reading.ts';

function histogramIn(value: string): NativeHistogram {
  const [sample] = read(`took_seconds{route="/"} ${value}\n`, ['took_seconds']).samples;
  if (sample === undefined || typeof sample.value === 'number') throw new Error('there is no histogram');
  return sample.value;
}

describe('a native histogram as text', () => {
  it('is read into cumulative counts by powers of two', () => {
    // Schema 1 has two buckets from one power of two to the next: index 0 ends at 1, 1 at √2, 2 at 2, 4 at 4.
    const { count, upTo } = histogramIn(
      '{count:17,sum:30.5,schema:1,zero_threshold:1e-05,zero_count:2,positive_spans:[0:3,1:1],positive_buckets:[3,4,5,3]} 1.7e9 st@1.6e9',
    );
    expect(count).toBe(17);
    expect([0.5, 1, 2, 4, Number.POSITIVE_INFINITY].map((bound) => upTo?.get(bound))).toEqual([
      2, 5, 14, 17, 17,
    ]);
  });

  it('is read where its buckets lie below one second', () => {
    const { upTo } = histogramIn('{count:5,sum:1,schema:0,positive_spans:[-3:2],positive_buckets:[1,4]}');
    expect([1 / 16, 1 / 8, 1 / 4].map((bound) => upTo?.get(bound))).toEqual([0, 1, 5]);
  });

  it.each([
    ['wider than powers of two', '{count:5,sum:1,schema:-1,positive_spans:[0:1],positive_buckets:[5]}'],
    ['of their own choosing', '{count:5,sum:1,schema:-53,positive_spans:[0:1],positive_buckets:[5]}'],
    ['that the spans do not cover', '{count:5,sum:1,schema:0,positive_spans:[0:1],positive_buckets:[2,3]}'],
    ['that are too many', '{count:5,sum:1,schema:0,positive_spans:[0:9999],positive_buckets:[5]}'],
    ['that are no counts', '{count:5,sum:1,schema:0,positive_spans:[0:1],positive_buckets:[x]}'],
    ['of the classic kind in the same braces', '{count:5,sum:1,bucket:[1:5,+Inf:5]}'],
  ])('still counts its observations when it has buckets %s', (_, text) => {
    expect(histogramIn(text)).toEqual({ count: 5, upTo: null });
  });

  it('is a bad line without a count', () => {
    expect(read('took_seconds {sum:1}\n', ['took_seconds'])).toMatchObject({ taken: 0, bad: 1 });
  });
});
