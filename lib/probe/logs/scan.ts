import { SIGNATURES } from '../../catalogue/signatures/index.ts';
import { Events } from './events.ts';
import { WEIGHTY } from './json-records.ts';
import { Lines } from './lines.ts';
import { recogniser } from './recognise.ts';
import { isWithin, Stamps, type Window } from './stamps.ts';
import { type Counts, Tally } from './tally.ts';

/** Takes in the bytes of one log as they come, and counts. Its memory does not grow with the log. */
export interface Scan {
  push(chunk: Buffer): void;
  /** What was counted; nothing may be pushed afterwards. */
  end(): Counts;
}

const known = recogniser(SIGNATURES);
const isWorthParsing = (json: string): boolean => WEIGHTY.test(json) || known.mayKnow(json);

/**
 * Scans one log. With a window, lines bear Kubernetes's times and an event counts when its first line is within: an
 * event that begins in one window and ends in the next belongs to the first, whole.
 */
export function scanLog(window: Window | null = null): Scan {
  const tally = new Tally(known);
  const stamps = new Stamps();
  const events = new Events((event) => {
    if (window === null || (event.at !== null && isWithin(window, event.at))) tally.add(event);
  }, isWorthParsing);
  const lines = new Lines((line) => {
    const { at, text } = window === null ? { at: null, text: line } : stamps.split(line);
    events.line(text, at);
  });
  return {
    push: (chunk) => lines.push(chunk),
    end() {
      lines.end();
      events.end();
      return tally.counts;
    },
  };
}
