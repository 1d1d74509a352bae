import { stripVTControlCharacters } from 'node:util';
import { headOf } from './heads.ts';
import { isJsonLine, jsonRecordOf } from './json-records.ts';
import type { Level } from './levels.ts';

/** One record of a log, whatever number of lines it took. `at` is the time of its first line in ms, if that has one. */
export interface LogEvent {
  readonly at: number | null;
  readonly level: Level | null;
  /** Who says it, and what. */
  readonly message: string;
  /** The line that names the exception: of several, the last, which is the one that came out. */
  readonly exception: string | null;
}

const TEXT_CHARACTERS_MAX = 4_000;
const ESCAPE = '\u001b';
/** Python's consoles fold at this width when nothing tells them another: at a space, which stays, else anywhere. */
const FOLDED_COLUMNS = 80;

const TRACEBACK = /^[ |+-]{0,40}(?:Exception Group )?Traceback \(most recent call last\)/;
const BOXED_TRACEBACK = /^╭─{1,200} Traceback \(most recent call last\)/;
const BOX = /^[│╭╰❱]/;
const IN_GROUP = /^ {1,40}\| (?=\S)/;
const CHAINED = /^(?:The above exception was the direct cause|During handling of the above exception)/;

/** Where in an event the lines are. */
type Place = 'text' | 'frames' | 'after' | 'gap' | 'chain';

interface Begun {
  readonly at: number | null;
  readonly level: Level | null;
  message: string;
  exception: string | null;
  place: Place;
  mayBeFolded: boolean;
}

const isFolded = (line: string): boolean => line.endsWith(' ') || line.length === FOLDED_COLUMNS;
const joined = (text: string, more: string): string =>
  text.length >= TEXT_CHARACTERS_MAX ? text : (text + more).slice(0, TEXT_CHARACTERS_MAX);

/**
 * Joins lines to events: a record with its traceback, chains of exceptions and groups of them, lines folded at the
 * width of a console, boxes drawn around a traceback, colours. Frames are passed over: what counts is the exception.
 */
export class Events {
  readonly #onEvent: (event: LogEvent) => void;
  readonly #isWorthParsing: (json: string) => boolean;
  #begun: Begun | null = null;

  /** @param isWorthParsing of a line in JSON; one that is not is an event that says nothing */
  constructor(onEvent: (event: LogEvent) => void, isWorthParsing: (json: string) => boolean = () => true) {
    this.#onEvent = onEvent;
    this.#isWorthParsing = isWorthParsing;
  }

  line(raw: string, at: number | null): void {
    const line = raw.includes(ESCAPE) ? stripVTControlCharacters(raw) : raw;
    const first = line.charCodeAt(0);
    const isIndented = first === 32 || first === 9;
    if (!isIndented && this.#beginsRecord(line, at)) return;
    if (TRACEBACK.test(line) || BOXED_TRACEBACK.test(line)) this.#traceback(at);
    else if (line.trim() === '') this.#blank();
    else this.#goOn(line, isIndented, at);
  }

  /** Hands on the event that is under way. */
  end(): void {
    if (this.#begun === null) return;
    const { at, level, message, exception } = this.#begun;
    this.#begun = null;
    this.#onEvent({ at, level, message, exception });
  }

  #begin(at: number | null, level: Level | null, message: string, place: Place): void {
    this.end();
    const mayBeFolded = level === null && isFolded(message);
    this.#begun = { at, level, message: joined(message, ''), exception: null, place, mayBeFolded };
  }

  #beginsRecord(line: string, at: number | null): boolean {
    const head = headOf(line);
    if (head !== null) {
      this.#begin(at, head.level, head.message, 'text');
      return true;
    }
    if (!isJsonLine(line)) return false;
    if (!this.#isWorthParsing(line)) {
      this.end();
      this.#onEvent({ at, level: null, message: '', exception: null });
      return true;
    }
    const record = jsonRecordOf(line);
    if (record === null) return false;
    this.end();
    const { level, message, exception } = record;
    this.#onEvent({
      at,
      level,
      message: joined(message, ''),
      exception: exception === null ? null : joined(exception, ''),
    });
    return true;
  }

  /** One without a record before it was caught by nobody. */
  #traceback(at: number | null): void {
    if (this.#begun === null || this.#begun.place === 'gap' || this.#begun.place === 'after') {
      this.#begin(at, 'error', '', 'frames');
    } else this.#begun.place = 'frames';
  }

  #blank(): void {
    if (this.#begun === null) return;
    if (this.#begun.place === 'text' || this.#begun.place === 'after') this.#begun.place = 'gap';
  }

  #goOn(line: string, isIndented: boolean, at: number | null): void {
    const begun = this.#begun;
    if (begun === null) {
      this.#begin(at, null, line, 'text');
      return;
    }
    switch (begun.place) {
      case 'frames':
        if (IN_GROUP.test(line)) begun.exception = joined(line.replace(IN_GROUP, ''), '');
        else if (!isIndented && !BOX.test(line)) {
          begun.exception = joined(line, '');
          begun.place = 'after';
        }
        return;
      case 'after':
        begun.exception = joined(begun.exception ?? '', ` ${line}`);
        return;
      case 'chain':
        return;
      case 'gap':
        if (CHAINED.test(line) && begun.exception !== null) begun.place = 'chain';
        else if (!isIndented || begun.exception !== null) this.#begin(at, null, line, 'text');
        return;
      case 'text':
        if (isIndented) begun.message = joined(begun.message, ` ${line.trim()}`);
        else if (begun.mayBeFolded) {
          begun.message = joined(begun.message, line);
          begun.mayBeFolded = isFolded(line);
        } else this.#begin(at, null, line, 'text');
    }
  }
}
