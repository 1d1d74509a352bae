import { ProbeFailure } from '../failure.ts';

/** What an answer of a few bytes begins with; it doubles as the answer grows. */
const FIRST_BYTES = 4 * 1024;

/**
 * A body as it comes in, at most `limitBytes` of it. The bytes are copied into one buffer: kept as they came, each of
 * a quarter of a million one-byte chunks would hold on to hundreds of times its size.
 */
export class Body {
  readonly #limitBytes: number;
  #buffer = Buffer.alloc(0);
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @throws ProbeFailure `protocol` when it would grow beyond its limit. */
  add(chunk: Uint8Array): void {
    const bytes = this.#bytes + chunk.byteLength;
    if (bytes > this.#limitBytes) {
      throw new ProbeFailure('protocol', `the answer is larger than ${this.#limitBytes} bytes`);
    }
    if (bytes > this.#buffer.byteLength) this.#grow(bytes);
    this.#buffer.set(chunk, this.#bytes);
    this.#bytes = bytes;
  }

  #grow(bytes: number): void {
    let size = Math.max(FIRST_BYTES, this.#buffer.byteLength);
    while (size < bytes) size *= 2;
    const larger = Buffer.alloc(Math.min(size, this.#limitBytes));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }

  /** @throws ProbeFailure `protocol` when the bytes are not UTF-8: with some replaced, another text would be judged. */
  text(): string {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(this.#buffer.subarray(0, this.#bytes));
    } catch (cause) {
      throw new ProbeFailure('protocol', 'the answer is not valid UTF-8', { cause });
    }
  }
}
