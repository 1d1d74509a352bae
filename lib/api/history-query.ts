import { SIGNALS } from '../catalogue/signals/index.ts';
import type { ApiEvent } from './http.ts';
import { Problem } from './problem.ts';

export const RANGE_HOURS_MAX = 24;
export const POINTS_MAX = 180;
export const SIGNALS_MAX = 20;
const MINUTE = 60_000;
const RANGE_MILLISECONDS = 60 * MINUTE;

const KNOWN: ReadonlySet<string> = new Set(SIGNALS.map((s) => s.id));
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

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

function timeOf(name: string, text: string | undefined, otherwise: Date): Date {
  if (text === undefined) return otherwise;
  // A plus sign that was not escaped arrives as a space.
  const time = new Date(text.replace(' ', '+'));
  if (TIMESTAMP.test(text.replace(' ', '+')) && !Number.isNaN(time.getTime())) return time;
  throw new Problem(400, `\`${name}\` must be a time such as 2026-11-21T08:00:00Z.`);
}

function signalsOf(text: string | undefined): readonly string[] {
  const signals = listed(text);
  if (signals.length === 0 || signals.length > SIGNALS_MAX) {
    throw new Problem(400, `\`signal\` must name from 1 to ${SIGNALS_MAX} signals.`);
  }
  if (signals.some((signal) => !KNOWN.has(signal))) throw new Problem(400, 'No signal is called this.');
  return signals;
}

/**
 * Reads `?signal=&target=&label=&from=&to=`: the last hour when no time is given.
 *
 * @throws Problem 400 when the question makes no sense or asks for too much.
 */
export function historyQuery({ queryStringParameters: given = {} }: ApiEvent, now: Date): HistoryQuery {
  const to = timeOf('to', given.to, now);
  const from = timeOf('from', given.from, new Date(to.getTime() - RANGE_MILLISECONDS));
  const minutes = (to.getTime() - from.getTime()) / MINUTE;
  if (minutes <= 0) throw new Problem(400, '`from` must be before `to`.');
  if (minutes > RANGE_HOURS_MAX * 60) {
    throw new Problem(400, `No more than ${RANGE_HOURS_MAX} hours are told at once.`);
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
