import { numberOf } from './number.ts';

/** A native histogram as far as it is of use: how many observations, and how many of them up to each power of two. */
export interface NativeHistogram {
  readonly count: number;
  /** Cumulative counts by upper bound, the last one unbounded; null where its buckets follow no powers of two. */
  readonly upTo: ReadonlyMap<number, number> | null;
}

const FIELD = /([a-z_]+)[ \t]*:[ \t]*(\[[^\]]*\]|[^,\]}]+)/g;
const BUCKETS_MAX = 1_000;
/** Whatever unit it counts in: from a millisecond in seconds to an hour in milliseconds. */
const EXPONENTS = { from: -10, to: 22 } as const;
/** Wider buckets than those of schema 0 skip powers of two, and -53 stands for bounds of its own choosing. */
const SCHEMA = { from: 0, to: 8 } as const;

const listOf = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

const countOf = (text: string | undefined): number | null => {
  const value = text === undefined ? null : numberOf(text.trim());
  return value !== null && value >= 0 ? value : null;
};

/** The index of every bucket: spans say how many come in a row, and how far each row is from the one before. */
function indexesOf(spans: readonly string[]): readonly number[] | null {
  const indexes: number[] = [];
  let next = 0;
  for (const span of spans) {
    const [, offset, length] = /^(-?\d{1,6}):(\d{1,4})$/.exec(span) ?? [];
    if (offset === undefined || length === undefined) return null;
    if (indexes.length + Number(length) > BUCKETS_MAX) return null;
    next += Number(offset);
    for (let i = 0; i < Number(length); i++) indexes.push(next++);
  }
  return indexes;
}

function upToPowersOfTwo(
  count: number,
  zeroCount: number,
  schema: number,
  indexes: readonly number[],
  counts: readonly number[],
): ReadonlyMap<number, number> {
  const upTo = new Map<number, number>();
  for (let exponent = EXPONENTS.from; exponent <= EXPONENTS.to; exponent++) {
    // A bucket of index i ends at 2^(i / 2^schema), so this is the last one below the bound.
    const last = exponent * 2 ** schema;
    const below = indexes.reduce(
      (sum, index, i) => (index <= last ? sum + (counts[i] ?? 0) : sum),
      zeroCount,
    );
    upTo.set(2 ** exponent, below);
  }
  return upTo.set(Number.POSITIVE_INFINITY, count);
}

/**
 * Reads the braces a native histogram stands in where it comes as text: count, schema, zero bucket, spans and absolute
 * counts of the positive buckets. Null when there is not even a count.
 */
export function nativeHistogramOf(text: string): NativeHistogram | null {
  const fields = new Map([...text.matchAll(FIELD)].map(([, name = '', value = '']) => [name, value]));
  const count = countOf(fields.get('count'));
  if (count === null) return null;
  const schema = numberOf(fields.get('schema')?.trim() ?? '');
  const indexes = indexesOf(listOf(fields.get('positive_spans')));
  const counts = listOf(fields.get('positive_buckets')).map(countOf);
  const known = counts.filter((c) => c !== null);
  const isUsable =
    schema !== null &&
    Number.isInteger(schema) &&
    schema >= SCHEMA.from &&
    schema <= SCHEMA.to &&
    indexes !== null &&
    indexes.length === known.length &&
    known.length === counts.length;
  if (!isUsable) return { count, upTo: null };
  const zeroCount = countOf(fields.get('zero_count') ?? '0') ?? 0;
  return { count, upTo: upToPowersOfTwo(count, zeroCount, schema, indexes, known) };
}
