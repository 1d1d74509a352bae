import { SIGNALS } from '../catalogue/signals/index.ts';
import { cleanText } from '../probe/clean.ts';
import type { ApiEvent } from './http.ts';
import { Problem } from './problem.ts';

export const RANGE_HOURS_MAX = 24;
export const POINTS_MAX = 180;
export const SIGNALS_MAX = 20;
const MINUTE = 60_000;
const RANGE_MILLISECONDS = 60 * MINUTE;

const KNOWN: ReadonlySet<string> = new Set(SIGNALS.map((s) => s.id));
const FOUND_CHARACTERS_MAX = 80;
const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** What of the history is wanted. Without `targets` or `labels` every one of them. */
export interface HistoryQuery {
  readonly signals: readonly string[];
  readonly targets: readonly string[];
  readonly labels: readonly string[];
  readonly from: Date;
  readonly to: Date;
  readonly stepMinutes: number;
}

/** A parameter given several times arrives as one text with commas between. */
const listed = (text: string | undefined): readonly string[] =>
  text === undefined ? [] : text.split(',').filter((part) => part !== '');

/** What was found, as it may be told back: harmless and short. */
const found = (text: string): string => `\`${cleanText(text, FOUND_CHARACTERS_MAX)}\``;

function timeOf(name: string, text: string | undefined, otherwise: Date): Date {
  if (text === undefined) return otherwise;
  // A plus sign that was not escaped arrives as a space.
  const told = text.replace(' ', '+');
  const time = new Date(told);
  const [, day] = TIMESTAMP.exec(told) ?? [];
  // A day that its month does not have would be read as one of the next month.
  const isDay = day !== undefined && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day);
  if (isDay && !Number.isNaN(time.getTime())) return time;
  throw new Problem(400, `\`${name}\` must be a time such as 2026-11-21T08:00:00Z, not ${found(text)}.`);
}

function signalsOf(text: string | undefined): readonly string[] {
  const signals = listed(text);
  if (signals.length === 0 || signals.length > SIGNALS_MAX) {
    throw new Problem(400, `\`signal\` must name from 1 to ${SIGNALS_MAX} signals, not ${signals.length}.`);
  }
  const unknown = signals.find((signal) => !KNOWN.has(signal));
  if (unknown === undefined) return signals;
  throw new Problem(
    400,
    `No signal is called ${found(unknown)}; /snapshot?detailed=true has their names, with each reading.`,
  );
}

/**
 * Reads `?signal=&target=&label=&from=&to=`: the last hour when no time is given.
 *
 * @throws Problem 400 when the question makes no sense or asks for too much.
 */
export function historyQuery({ queryStringParameters: given = {} }: ApiEvent, now: Date): HistoryQuery {
  const to = timeOf('to', given.to, now);
  const from = timeOf('from', given.from, new Date(to.getTime() - RANGE_MILLISECONDS));
  if (to.getTime() > now.getTime() + RANGE_HOURS_MAX * 60 * MINUTE) {
    throw new Problem(400, '`to` lies more than a day ahead; leave it out for now.');
  }
  const minutes = (to.getTime() - from.getTime()) / MINUTE;
  if (minutes <= 0) throw new Problem(400, '`from` must be before `to`.');
  if (minutes > RANGE_HOURS_MAX * 60) {
    throw new Problem(
      400,
      `No more than ${RANGE_HOURS_MAX} hours are told at once: let \`from\` and \`to\` be nearer.`,
    );
  }
  return {
    signals: signalsOf(given.signal),
    targets: listed(given.target),
    labels: listed(given.label),
    from,
    to,
    stepMinutes: Math.max(1, Math.ceil(minutes / POINTS_MAX)),
  };
}
