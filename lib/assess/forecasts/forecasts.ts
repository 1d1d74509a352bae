import { type Foreseeable, foreseeable } from '../../catalogue/forecasts.ts';
import type { AssessState } from '../../model/assessment.ts';
import type { Forecast } from '../../model/forecast.ts';
import type { Reading } from '../../model/reading.ts';
import type { Series } from '../../model/series.ts';
import { secondsBetween } from '../clock.ts';
import type { Observation } from '../observation.ts';
import { readingKey } from '../readings.ts';
import type { Rule } from '../rules.ts';
import { outlookOf } from './outlook.ts';
import { KEPT_SECONDS, remember } from './series.ts';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;

type AllSeries = AssessState['series'];

interface Known {
  readonly reading: Reading;
  readonly value: number;
  readonly foreseen: Foreseeable;
}

/** The readings of now that have a value and may run out. */
const knownIn = ({ readings }: Observation): readonly Known[] =>
  readings.flatMap(({ reading }) => {
    const foreseen = foreseeable(reading.signal);
    return foreseen === undefined || reading.value === null
      ? []
      : [{ reading, value: reading.value, foreseen }];
  });

const keyOf = (reading: Reading): string => `${reading.target} ${readingKey(reading)}`;

/** The past with what is known now; of a signal that nobody has read for a day nothing is kept. */
export function seriesAfter(before: AllSeries, observations: readonly Observation[], now: string): AllSeries {
  const present = observations
    .flatMap(knownIn)
    .filter(({ foreseen }) => foreseen.how === 'trend')
    .map(({ reading, value }) => {
      const key = keyOf(reading);
      return [key, remember(before[key] ?? [], reading.at, value)] as const;
    });
  const isKept = (series: Series) => (series.at(-1)?.[0] ?? 0) > Date.parse(now) / 1000 - KEPT_SECONDS;
  const targets = observations.map((o) => `${o.target.id} `);
  const remembered = Object.entries(before).filter(
    ([key, series]) => isKept(series) && targets.some((target) => key.startsWith(target)),
  );
  return Object.fromEntries([...remembered, ...present]);
}

function limitOf({ limit }: Foreseeable, rules: readonly Rule[]): number | undefined {
  if (typeof limit === 'number') return limit;
  return rules.find((r) => r.definition.id === limit.criticalOf)?.thresholds.critical?.enter;
}

/** What runs out by the calendar: `value` days from when it was read. */
const countdown = (value: number, limit: number) => ({
  perSecond: -1 / DAY_SECONDS,
  secondsLeft: (value - limit) * DAY_SECONDS,
  points: 1,
  windowSeconds: 0,
  fit: 1,
});

function forecastOf(
  { reading, value, foreseen }: Known,
  limit: number,
  all: AllSeries,
  now: string,
): readonly Forecast[] {
  const { how, towards, horizonSeconds } = foreseen;
  const series = all[keyOf(reading)] ?? [];
  const outlook = how === 'countdown' ? countdown(value, limit) : outlookOf(series, limit, towards);
  if (outlook === null) return [];
  const secondsLeft = Math.round(outlook.secondsLeft - secondsBetween(reading.at, now));
  if (secondsLeft > horizonSeconds || (how === 'countdown' && secondsLeft <= 0)) return [];
  const { signal, target, labels, at } = reading;
  const left = Math.max(0, secondsLeft);
  return [
    {
      signal,
      target,
      ...(labels !== undefined && { labels }),
      value,
      limit,
      per_hour: outlook.perSecond * HOUR_SECONDS,
      seconds_left: left,
      at,
      reached_at: new Date(Date.parse(now) + 1000 * left).toISOString(),
      points: outlook.points,
      window_seconds: outlook.windowSeconds,
      fit: outlook.fit,
    },
  ];
}

/**
 * The same observation with what its known signals run into. `rules` are those of its target: the limit of some signals
 * is where a finding becomes critical, and a finding nobody wants judged has none.
 */
export function withForecasts(
  observation: Observation,
  rules: readonly Rule[],
  all: AllSeries,
  now: string,
): Observation {
  const forecasts = knownIn(observation).flatMap((known) => {
    const limit = limitOf(known.foreseen, rules);
    return limit === undefined ? [] : forecastOf(known, limit, all, now);
  });
  return { ...observation, forecasts };
}
