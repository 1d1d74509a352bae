import type { NativeHistogram } from '../exposition/native.ts';

/** More are thinned out: every bound is a counter that is kept from one probe to the next. */
const BOUNDS_MAX = 24;
/** More bounds than any histogram has; what comes beyond them makes it unusable. */
const BOUNDS_READ_MAX = 500;

/** A native histogram has a bound for every power of two; requests take from half a millisecond to two minutes. */
const isOfInterest = (seconds: number): boolean =>
  (seconds >= 0.0005 && seconds <= 128) || seconds === Number.POSITIVE_INFINITY;

interface Bucket {
  count: number;
  series: number;
}

/** Bounds are read as text and scaled: without this 35 ms would end up at 0.035000000000000003 s. */
const rounded = (seconds: number): number =>
  Number.isFinite(seconds) ? Number(seconds.toPrecision(12)) : seconds;

/** Every other bound, the unbounded one always; the same bounds in every probe, as they follow from themselves. */
function thinned<T>(all: readonly T[]): readonly T[] {
  if (all.length <= BOUNDS_MAX) return all;
  return thinned(all.filter((_, i) => (all.length - 1 - i) % 2 === 0));
}

/** Cumulative buckets of all series of one histogram, added up: one set for the whole service. */
export class Buckets {
  readonly #secondsPerUnit: number;
  readonly #byBound = new Map<number, Bucket>();
  #isUsable = true;

  constructor(secondsPerUnit: number) {
    this.#secondsPerUnit = secondsPerUnit;
  }

  add(bound: number, count: number): void {
    const bucket = this.#byBound.get(bound);
    if (bucket !== undefined) {
      bucket.count += count;
      bucket.series += 1;
    } else if (this.#byBound.size < BOUNDS_READ_MAX) this.#byBound.set(bound, { count, series: 1 });
    else this.#isUsable = false;
  }

  addNative({ upTo }: NativeHistogram): void {
    if (upTo === null) this.#isUsable = false;
    else {
      for (const [bound, count] of upTo) {
        if (isOfInterest(bound * this.#secondsPerUnit)) this.add(bound, count);
      }
    }
  }

  /**
   * Requests answered within so many seconds, the last entry without bound. A bound that only some series have tells
   * nothing of the others and is left out. Null when nothing is left that a percentile could be read from.
   */
  get all(): readonly (readonly [seconds: number, count: number])[] | null {
    const unbounded = this.#byBound.get(Number.POSITIVE_INFINITY);
    if (!this.#isUsable || unbounded === undefined) return null;
    const shared = [...this.#byBound]
      .filter(([, { series }]) => series === unbounded.series)
      .toSorted(([a], [b]) => a - b)
      .map(([bound, { count }]) => [rounded(bound * this.#secondsPerUnit), count] as const);
    return shared.length < 2 ? null : thinned(shared);
  }
}
