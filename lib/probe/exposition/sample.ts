import { type NativeHistogram, nativeHistogramOf } from './native.ts';
import { numberOf } from './number.ts';

/** One sample of a series. Labels are a Map: a label may be called anything, `__proto__` too. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number | NativeHistogram;
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const BLANKS = /[ \t]*/y;
/** Anything between quotes, where a backslash takes the next character with it. */
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const VALUE = /\{[^{}]*\}|[^ \t{]+/y;
/** A timestamp or nothing, then an exemplar or nothing: neither is of use here. */
const REST = /^(?:[ \t]+[+-]?[\d.]+(?:e[+-]?\d+)?)?[ \t]*(?:#.*)?$/i;

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

  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#line);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  /** Takes one character, and the blanks before and after it. */
  takeSign(sign: string): boolean {
    this.take(BLANKS);
    if (this.#line[this.#at] !== sign) return false;
    this.#at += 1;
    this.take(BLANKS);
    return true;
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
    const name = cursor.take(NAME)?.[0];
    if (name === undefined || !cursor.takeSign('=')) return null;
    const value = cursor.take(QUOTED)?.[1];
    if (value === undefined || labels.has(name) || labels.size >= labelsMax) return null;
    labels.set(name, unescaped(value));
    if (!cursor.takeSign(',')) return cursor.takeSign('}') ? labels : null;
  }
  return labels;
}

/** One line as a sample, whether Prometheus or OpenMetrics text; null when it is none. */
export function sampleOf(line: string, labelsMax: number): Sample | null {
  const cursor = new Cursor(line);
  cursor.take(BLANKS);
  const name = cursor.take(NAME)?.[0];
  if (name === undefined) return null;
  const labels = labelsAt(cursor, labelsMax);
  if (labels === null) return null;
  cursor.take(BLANKS);
  const text = cursor.take(VALUE)?.[0];
  if (text === undefined) return null;
  const isComposite = text.startsWith('{');
  const value = isComposite ? nativeHistogramOf(text) : numberOf(text);
  // After a composite value the draft of OpenMetrics 2 may give a start time as well.
  if (value === null || !(isComposite || REST.test(cursor.rest))) return null;
  return { name, labels, value };
}
