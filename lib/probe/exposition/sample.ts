import { type NativeHistogram, nativeHistogramOf } from './native.ts';
import { numberOf } from './number.ts';

/** One sample of a series. Labels are a Map: a label may be called anything, `__proto__` too. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number | NativeHistogram;
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const VALUE = /\{[^{}]*\}|[^ \t{]+/y;
/** A timestamp or nothing, then an exemplar or nothing, whose labels may hold a carriage return: neither is of use here. */
const REST = /^(?:[ \t]+[+-]?[\d.]+(?:e[+-]?\d+)?)?[ \t]*(?:#.*)?$/is;

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

function isEscaped(line: string, start: number, at: number): boolean {
  let backslashes = 0;
  while (at - 1 - backslashes >= start && line[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\([\\"n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))
    : text;

/** Walks along a line; what does not come next leaves it where it is. */
class Cursor {
  readonly #line: string;
  #at = 0;

  constructor(line: string) {
    this.#line = line;
  }

  take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#line)?.[0] ?? null;
    if (text !== null) this.#at = pattern.lastIndex;
    return text;
  }

  skipBlanks(): void {
    while (isBlank(this.#line.charCodeAt(this.#at))) this.#at += 1;
  }

  /** Takes one character, and the blanks before and after it. */
  takeSign(sign: string): boolean {
    this.skipBlanks();
    if (this.#line[this.#at] !== sign) return false;
    this.#at += 1;
    this.skipBlanks();
    return true;
  }

  /** Takes what stands between quotes, where a backslash takes the next character with it. */
  takeQuoted(): string | null {
    if (this.#line[this.#at] !== '"') return null;
    const start = this.#at + 1;
    let end = this.#line.indexOf('"', start);
    while (end !== -1 && isEscaped(this.#line, start, end)) end = this.#line.indexOf('"', end + 1);
    if (end === -1) return null;
    this.#at = end + 1;
    return unescaped(this.#line.slice(start, end));
  }

  get rest(): string {
    return this.#line.slice(this.#at);
  }
}

/** Null when what stands between the braces are no labels, or too many. */
function labelsAt(cursor: Cursor, labelsMax: number): ReadonlyMap<string, string> | null {
  const labels = new Map<string, string>();
  if (!cursor.takeSign('{')) return labels;
  while (!cursor.takeSign('}')) {
    const name = cursor.take(NAME);
    if (name === null || !cursor.takeSign('=')) return null;
    const value = cursor.takeQuoted();
    if (value === null || labels.has(name) || labels.size >= labelsMax) return null;
    labels.set(name, value);
    if (!cursor.takeSign(',')) return cursor.takeSign('}') ? labels : null;
  }
  return labels;
}

/** One line as a sample, whether Prometheus or OpenMetrics text; null when it is none. */
export function sampleOf(line: string, labelsMax: number): Sample | null {
  const cursor = new Cursor(line);
  cursor.skipBlanks();
  const name = cursor.take(NAME);
  if (name === null) return null;
  const labels = labelsAt(cursor, labelsMax);
  if (labels === null) return null;
  cursor.skipBlanks();
  const text = cursor.take(VALUE);
  if (text === null) return null;
  const isComposite = text.startsWith('{');
  const value = isComposite ? nativeHistogramOf(text) : numberOf(text);
  // After a composite value the draft of OpenMetrics 2 may give a start time as well.
  if (value === null || !(isComposite || REST.test(cursor.rest))) return null;
  return { name, labels, value };
}
