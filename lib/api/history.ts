import type { History, Series } from '../model/history.ts';
import type { Moment } from '../store/history.ts';
import { type HistoryQuery, historyQuery } from './history-query.ts';
import { type ApiHandler, json } from './http.ts';
import { installationAsked } from './installation.ts';

/** Labels come from outside: a signal with very many of them must not make an answer without end. */
export const SERIES_MAX = 100;

/** @returns the moments of a range, oldest first. */
export type ReadMoments = (
  installation: string,
  range: Pick<HistoryQuery, 'from' | 'to' | 'stepMinutes'>,
) => Promise<readonly Moment[]>;

/** A name in a moment is `target signal`, with the labels behind it. */
function named(name: string): Pick<Series, 'target' | 'signal' | 'label'> {
  const [target = '', signal = '', ...labels] = name.split(' ');
  return { target, signal, label: labels.length === 0 ? null : labels.join(' ') };
}

function seriesOf(moments: readonly Moment[], { signals, targets, labels }: HistoryQuery): Series[] {
  const isWanted = ({ target, signal, label }: ReturnType<typeof named>) =>
    signals.includes(signal) &&
    (targets.length === 0 || targets.includes(target)) &&
    (labels.length === 0 || (label !== null && labels.includes(label)));
  const names = new Set(moments.flatMap(({ values }) => Object.keys(values)));
  return [...names]
    .filter((name) => isWanted(named(name)))
    .toSorted()
    .slice(0, SERIES_MAX)
    .map((name) => ({ ...named(name), values: moments.map(({ values }) => values[name] ?? null) }));
}

/**
 * How signals went: of `?installation=`, or the first one configured.
 *
 * @throws Problem 400 for a question that cannot be answered, 404 for an installation that is not configured.
 */
export const history =
  (installations: readonly string[], read: ReadMoments, now: () => Date): ApiHandler =>
  async (event) => {
    const installation = installationAsked(event, installations);
    const query = historyQuery(event, now());
    const moments = await read(installation, query);
    const answer: History = {
      installation,
      from: query.from.toISOString(),
      to: query.to.toISOString(),
      step_seconds: query.stepMinutes * 60,
      times: moments.map(({ at }) => at),
      statuses: moments.map(({ status }) => status),
      series: seriesOf(moments, query),
    };
    return json(answer);
  };
