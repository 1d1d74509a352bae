import { numberOf } from '../exposition/number.ts';
import type { Sample } from '../exposition/sample.ts';
import { Buckets } from './buckets.ts';
import { type Convention, STATUS_LABELS, secondsPerUnit } from './conventions.ts';

/** Requests as one family counts them: `failed` are those answered 5xx, null where no status tells. */
export interface RequestCount {
  readonly family: string;
  readonly total: number;
  readonly failed: number | null;
}
export interface Durations {
  readonly family: string;
  readonly within: readonly (readonly [seconds: number, count: number])[];
}

type Labels = Sample['labels'];

class Counter {
  readonly family: string;
  readonly #only: Readonly<Record<string, string>>;
  #total = 0;
  #failed = 0;
  #series = 0;
  #withStatus = 0;

  constructor(family: string, only: Readonly<Record<string, string>>) {
    this.family = family;
    this.#only = only;
  }

  isOf(labels: Labels): boolean {
    return Object.entries(this.#only).every(([name, value]) => (labels.get(name) ?? value) === value);
  }

  add(count: number, labels: Labels, statusLabels: readonly string[]): void {
    this.#series += 1;
    this.#total += count;
    const status = statusLabels.map((name) => labels.get(name)).find((value) => value !== undefined);
    if (status === undefined) return;
    this.#withStatus += 1;
    if (/^5(xx|\d\d)$/i.test(status)) this.#failed += count;
  }

  get all(): RequestCount | null {
    if (this.#series === 0) return null;
    const { family } = this;
    return { family, total: this.#total, failed: this.#withStatus === this.#series ? this.#failed : null };
  }
}

class Histogram {
  readonly counter: Counter;
  readonly buckets: Buckets;

  constructor(family: string, only: Readonly<Record<string, string>>) {
    this.counter = new Counter(family, only);
    this.buckets = new Buckets(secondsPerUnit(family));
  }

  get durations(): Durations | null {
    const within = this.buckets.all;
    return within === null ? null : { family: this.counter.family, within };
  }
}

type Add = (value: Sample['value'], labels: Labels) => void;

/** Counters are never negative, and what is no number counts nothing. */
const isCount = (value: Sample['value']): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

const NAME_OF_PROCESS = 'process_start_time_seconds';

/** Adds up the samples of an exposition: all routes of a service become one count and one set of buckets. */
export class Tally {
  readonly #counters = new Map<string, Counter>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #adders = new Map<string, Add>();
  readonly #statusLabels: readonly string[];
  #process: number | null = null;

  constructor(conventions: readonly Convention[], statusLabels: readonly string[] = STATUS_LABELS) {
    this.#statusLabels = statusLabels;
    for (const convention of conventions) this.#learn(convention);
    this.#adders.set(NAME_OF_PROCESS, (value) => {
      if (isCount(value)) this.#process = value;
    });
  }

  /** The names of the series that are of use. */
  get wanted(): ReadonlySet<string> {
    return new Set(this.#adders.keys());
  }

  add({ name, labels, value }: Sample): void {
    this.#adders.get(name)?.(value, labels);
  }

  /** When the process that answered was started, in seconds since 1970; null where it does not say. */
  get process(): number | null {
    return this.#process;
  }

  /** By the first family that is there and knows which requests failed; without one, by the first that is there. */
  get requests(): RequestCount | null {
    const counted = [...this.#counters.values(), ...[...this.#histograms.values()].map((h) => h.counter)];
    const all = counted.flatMap((c) => c.all ?? []);
    return all.find((c) => c.failed !== null) ?? all[0] ?? null;
  }

  get durations(): Durations | null {
    const [first] = [...this.#histograms.values()].flatMap((h) => h.durations ?? []);
    return first ?? null;
  }

  #learn({ requests, durations, only = {} }: Convention): void {
    if (requests !== undefined && !this.#counters.has(requests)) {
      const counter = new Counter(requests, only);
      this.#counters.set(requests, counter);
      this.#adders.set(requests, (value, labels) => {
        if (isCount(value) && counter.isOf(labels)) counter.add(value, labels, this.#statusLabels);
      });
    }
    if (durations !== undefined && !this.#histograms.has(durations)) this.#learnDurations(durations, only);
  }

  #learnDurations(family: string, only: Readonly<Record<string, string>>): void {
    const histogram = new Histogram(family, only);
    const { counter, buckets } = histogram;
    this.#histograms.set(family, histogram);
    this.#adders.set(`${family}_bucket`, (value, labels) => {
      const bound = numberOf(labels.get('le') ?? '');
      if (isCount(value) && bound !== null && !Number.isNaN(bound) && counter.isOf(labels))
        buckets.add(bound, value);
    });
    this.#adders.set(`${family}_count`, (value, labels) => {
      if (isCount(value) && counter.isOf(labels)) counter.add(value, labels, this.#statusLabels);
    });
    // A native histogram is one sample under the family's own name.
    this.#adders.set(family, (value, labels) => {
      if (typeof value === 'number' || !counter.isOf(labels)) return;
      counter.add(value.count, labels, this.#statusLabels);
      buckets.addNative(value);
    });
  }
}
