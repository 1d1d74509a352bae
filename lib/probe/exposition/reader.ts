import { type Sample, sampleOf } from './sample.ts';

/** What is read of one exposition at most. */
export interface Limits {
  readonly bytes: number;
  readonly lineCharacters: number;
  readonly labels: number;
  /** Samples of wanted series. */
  readonly samples: number;
  /** Families whose type is remembered. */
  readonly types: number;
}
export const LIMITS: Limits = {
  bytes: 32 * 1024 * 1024,
  lineCharacters: 16 * 1024,
  labels: 64,
  samples: 200_000,
  types: 500,
};

/** What came of reading an exposition. */
export interface Account {
  readonly bytes: number;
  readonly lines: number;
  /** Samples that were handed over. */
  readonly taken: number;
  /** Lines of wanted series that are no samples, lines too long, and a last line that does not end. */
  readonly bad: number;
  /** The type of every family that names one. */
  readonly types: ReadonlyMap<string, string>;
  /** Whether the end was marked, as OpenMetrics demands. */
  readonly isEnded: boolean;
  /** The limit that was reached: what lies behind it was not read. */
  readonly overflow: 'bytes' | 'samples' | null;
}

const LINE_FEED = '\n';
const HASH = 0x23;
const TYPE = '# TYPE ';
const END = '# EOF';

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

/** A name ends at a blank or a brace; whether it is a good name is seen when the line is parsed. */
const endsName = (code: number): boolean => code === 0x7b || isBlank(code);

function endOfName(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && !endsName(text.charCodeAt(at))) at += 1;
  return at;
}

/** Bytes are read one character each: most lines are passed over, and only the wanted ones are worth decoding. */
const decoded = (line: string): string =>
  /[\x80-\xff]/.test(line) ? Buffer.from(line, 'latin1').toString('utf8') : line;

/** A text of its own: a part of a larger one would keep that in memory. */
const copied = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

/**
 * Reads Prometheus and OpenMetrics text as it comes in. Of series not in `wanted` nothing but the name is looked at;
 * samples of the others are handed to `take` one by one, and nothing of them is kept. No content makes it throw.
 */
export class ExpositionReader {
  readonly #wanted: ReadonlySet<string>;
  readonly #take: (sample: Sample) => void;
  readonly #limits: Limits;
  readonly #types = new Map<string, string>();
  #newestName = '';
  #isNewestWanted = false;
  #unfinished = '';
  #isOverlong = false;
  #bytes = 0;
  #lines = 0;
  #taken = 0;
  #bad = 0;
  #isEnded = false;
  #overflow: Account['overflow'] = null;

  constructor(wanted: ReadonlySet<string>, take: (sample: Sample) => void, limits: Limits = LIMITS) {
    this.#wanted = wanted;
    this.#take = take;
    this.#limits = limits;
  }

  /** Whether anything more would be read. */
  get isOpen(): boolean {
    return !this.#isEnded && this.#overflow === null;
  }

  write(chunk: Uint8Array): void {
    if (!this.isOpen) return;
    this.#bytes += chunk.byteLength;
    if (this.#bytes > this.#limits.bytes) {
      this.#overflow = 'bytes';
      return;
    }
    const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    let start = 0;
    let end = text.indexOf(LINE_FEED);
    if (end !== -1 && (this.#unfinished !== '' || this.#isOverlong)) {
      this.#finish(text.slice(0, end));
      start = end + 1;
      end = text.indexOf(LINE_FEED, start);
    }
    while (end !== -1 && this.isOpen) {
      this.#line(text, start, end);
      start = end + 1;
      end = text.indexOf(LINE_FEED, start);
    }
    if (end === -1) this.#keep(text.slice(start));
  }

  /** To be called when no more comes: a last line that does not end may be cut off in the middle of its number. */
  end(): Account {
    if (this.isOpen && this.#unfinished.trimEnd() === END) this.#isEnded = true;
    else if (this.isOpen && (this.#unfinished !== '' || this.#isOverlong)) this.#bad += 1;
    this.#unfinished = '';
    this.#isOverlong = false;
    return {
      bytes: this.#bytes,
      lines: this.#lines,
      taken: this.#taken,
      bad: this.#bad,
      types: this.#types,
      isEnded: this.#isEnded,
      overflow: this.#overflow,
    };
  }

  #keep(text: string): void {
    if (this.#isOverlong) return;
    this.#unfinished += text;
    if (this.#unfinished.length <= this.#limits.lineCharacters) return;
    this.#unfinished = '';
    this.#isOverlong = true;
  }

  #finish(text: string): void {
    const line = this.#isOverlong ? null : this.#unfinished + text;
    this.#unfinished = '';
    this.#isOverlong = false;
    if (line === null) {
      this.#lines += 1;
      this.#bad += 1;
    } else this.#line(line, 0, line.length);
  }

  #line(text: string, from: number, to: number): void {
    this.#lines += 1;
    if (to - from > this.#limits.lineCharacters) {
      this.#bad += 1;
      return;
    }
    let start = from;
    while (start < to && isBlank(text.charCodeAt(start))) start += 1;
    if (text.charCodeAt(start) === HASH) this.#comment(text, start, to);
    else this.#series(text, start, to);
  }

  #series(text: string, start: number, to: number): void {
    if (!this.#isWanted(text, start, to)) return;
    const end = text.charCodeAt(to - 1) === 0x0d ? to - 1 : to;
    const sample = sampleOf(decoded(text.slice(start, end)), this.#limits.labels);
    if (sample === null) {
      this.#bad += 1;
    } else if (this.#taken === this.#limits.samples) {
      this.#overflow = 'samples';
    } else {
      this.#taken += 1;
      this.#take(sample);
    }
  }

  /** The samples of a family follow each other: mostly the name is that of the line before. */
  #isWanted(text: string, start: number, to: number): boolean {
    const end = start + this.#newestName.length;
    if (end < to && text.startsWith(this.#newestName, start) && endsName(text.charCodeAt(end)))
      return this.#isNewestWanted;
    const name = text.slice(start, endOfName(text, start, to));
    this.#isNewestWanted = this.#wanted.has(name);
    this.#newestName = copied(name);
    return this.#isNewestWanted;
  }

  #comment(text: string, start: number, to: number): void {
    if (text.startsWith(TYPE, start) && this.#types.size < this.#limits.types) {
      const [name = '', type = ''] = text
        .slice(start + TYPE.length, Math.min(to, start + 500))
        .trim()
        .split(/[ \t]+/);
      this.#types.set(copied(name), copied(type));
    } else if (text.startsWith(END, start) && text.slice(start, to).trimEnd() === END) {
      this.#isEnded = true;
    }
  }
}
