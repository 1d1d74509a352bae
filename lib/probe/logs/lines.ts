/** No line is looked at further than this; what goes on is skipped up to its end. */
export const LINE_BYTES_MAX = 64 * 1024;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Cuts bytes into lines as they come in, and hands each on as text. It keeps one unfinished line, and of that no more
 * than is looked at; what is no UTF-8 becomes U+FFFD.
 */
export class Lines {
  readonly #onLine: (line: string) => void;
  #begun: Buffer[] = [];
  #begunBytes = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      if (this.#begunBytes === 0) this.#emit(chunk, from, end);
      else {
        this.#keep(chunk, from, end);
        this.end();
      }
      from = end + 1;
    }
    this.#keep(chunk, from, chunk.length);
  }

  /** Hands on a last line that no newline ended. */
  end(): void {
    if (this.#begunBytes === 0) return;
    const line = Buffer.concat(this.#begun);
    this.#begun = [];
    this.#begunBytes = 0;
    this.#emit(line, 0, line.length);
  }

  #keep(chunk: Buffer, from: number, end: number): void {
    const room = LINE_BYTES_MAX - this.#begunBytes;
    if (end === from || room <= 0) return;
    // A copy: a view would keep the whole chunk in memory.
    const part = Buffer.from(chunk.subarray(from, Math.min(end, from + room)));
    this.#begun.push(part);
    this.#begunBytes += part.length;
  }

  #emit(bytes: Buffer, from: number, end: number): void {
    const last = end > from && bytes[end - 1] === RETURN ? end - 1 : end;
    this.#onLine(bytes.toString('utf8', from, Math.min(last, from + LINE_BYTES_MAX)));
  }
}
