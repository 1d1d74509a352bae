/** The minute, or another stretch of time, whose lines are counted: from `from`, up to but without `to`; in ms. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** A line reaches the node's disk, and we its end, this much after it was written. */
const SETTLED_MS = 3_000;

/**
 * The last whole interval before a moment: all that a probe without a memory can know to be counted once and whole.
 * `scheduled` is the schedule's own time where it is known. Two rounds of one schedule are whole intervals apart by it,
 * however late each of them runs, so their windows neither overlap nor leave a gap; a round that is lost leaves its
 * window uncounted, and the missing report says so.
 */
export function windowBefore(scheduled: Date, intervalSeconds: number): Window {
  const length = intervalSeconds * 1000;
  const to = Math.floor((scheduled.getTime() - SETTLED_MS) / length) * length;
  return { from: to - length, to };
}

export const isWithin = ({ from, to }: Window, at: number): boolean => at >= from && at < to;

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)(?: |$)/;
const SECOND_CHARACTERS = '2026-11-21T08:00:00'.length;

/** The time in ms, null when a line bears none, and the line without it. */
export interface Stamped {
  readonly at: number | null;
  readonly text: string;
}

/** Takes the time Kubernetes puts before each line off it. Of the many lines of one second only the first is parsed. */
export class Stamps {
  #second = '';
  #ms = 0;

  split(line: string): Stamped {
    return this.#ofTheSameSecond(line) ?? this.#parsed(line);
  }

  #ofTheSameSecond(line: string): Stamped | null {
    if (this.#second === '' || !line.startsWith(this.#second)) return null;
    const end = line.indexOf(' ', SECOND_CHARACTERS);
    if (end === -1 || line[end - 1] !== 'Z') return null;
    const fraction = Number(line.slice(SECOND_CHARACTERS, end - 1));
    return fraction >= 0 && fraction < 1
      ? { at: this.#ms + Math.floor(fraction * 1000), text: line.slice(end + 1) }
      : null;
  }

  #parsed(line: string): Stamped {
    const [whole, second = '', fraction = '0', zone = ''] = STAMP.exec(line) ?? [];
    const ms = Date.parse(second + zone);
    if (whole === undefined || Number.isNaN(ms)) return { at: null, text: line };
    if (zone === 'Z') {
      this.#second = second;
      this.#ms = ms;
    }
    return { at: ms + Math.floor(Number(fraction) * 1000), text: line.slice(whole.length) };
  }
}
