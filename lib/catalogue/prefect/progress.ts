import type { Reading } from '../../model/reading.ts';
import type { Facts } from '../../model/report.ts';
import type { Unknown } from '../../model/unknown.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { isAtLeast } from './release.ts';
import { PERPETUAL_SERVICES, type PerpetualService } from './services.ts';
import type { PrefectSettings } from './settings.ts';
import type { Told } from './told-failures.ts';

/** Past as many intervals since its last start a service is degraded, and in error. */
export const DEGRADED_AFTER_INTERVALS = 2;
export const ERROR_AFTER_INTERVALS = 5;

/** What a Prefect server says of itself; either is null where nobody could read it. */
export interface Expectations {
  readonly settings: PrefectSettings | null;
  readonly release: string | null;
}

/** The readings of a signal of one target, as rules and sections see them. */
export type Readings = (signal: string) => readonly Reading[];

/** One periodic service as one Redis knows it. */
export interface Progress {
  readonly service: PerpetualService;
  readonly intervalSeconds: number;
  /** Whether Prefect says that it runs this service; null where it could not be asked. */
  readonly isExpected: boolean | null;
  /** Whether this Redis knows it; null where that could not be read. */
  readonly isKnown: boolean | null;
  /** Why it could not be read, or that there is nothing to read. */
  readonly unknown: Unknown | null;
  readonly readAt: string | null;
  readonly lastStartAgeSeconds: number | null;
  /** That age in intervals: what it is judged by. */
  readonly intervals: number | null;
  readonly nextDueSeconds: number | null;
  readonly runningSeconds: number | null;
  readonly runs: number | null;
  readonly runsPerMinute: number | null;
  readonly workers: number | null;
  readonly outcome: Outcome;
}

/** What is said of runs beside the readings: the facts of the Redis, and what the logs told. */
export interface Beside {
  readonly facts: Facts;
  readonly told: readonly Told[];
}
const NOTHING_BESIDE: Beside = { facts: {}, told: [] };

function isExpected(service: PerpetualService, { settings, release }: Expectations): boolean | null {
  if (settings === null) return null;
  if (release !== null && !isAtLeast(release, service.since)) return false;
  return settings.perpetual[service.name]?.enabled ?? false;
}

const byLabel = (reading: Reading) => [reading.labels?.service, reading] as const;

/**
 * How each periodic service gets on by the readings of one Redis. Docket of Prefect before 3.6.18 forgets when a task
 * began: it is then taken to have begun one interval before it is due again.
 */
export function progressIn(
  readings: Readings,
  expectations: Expectations,
  beside: Beside = NOTHING_BESIDE,
): readonly Progress[] {
  const byService = new Map<string, ReadonlyMap<string | undefined, Reading>>();
  const of = (signal: string, { name }: PerpetualService) => {
    const known =
      byService.get(signal) ?? new Map(readings(`redis.perpetual.${signal}`).toReversed().map(byLabel));
    byService.set(signal, known);
    return known.get(name);
  };
  return PERPETUAL_SERVICES.map((service) => {
    const known = (signal: string) => of(signal, service)?.value ?? null;
    const intervalSeconds =
      expectations.settings?.perpetual[service.name]?.interval_seconds ?? service.intervalSeconds;
    // A reading without a label stands for all services: that none of them could be read.
    const workers =
      of('workers', service) ?? readings('redis.perpetual.workers').find((r) => r.labels === undefined);
    const nextDueSeconds = known('next_due_seconds');
    const lastStartAgeSeconds =
      known('last_start_age_seconds') ??
      (nextDueSeconds === null ? null : Math.max(0, intervalSeconds - nextDueSeconds));
    const isAbsent = workers?.value === null && workers.unknown?.reason === 'missing';
    return {
      service,
      intervalSeconds,
      isExpected: isExpected(service, expectations),
      isKnown: workers === undefined ? null : workers.value !== null ? true : isAbsent ? false : null,
      unknown: workers?.unknown ?? null,
      readAt: workers?.at ?? null,
      lastStartAgeSeconds,
      intervals: lastStartAgeSeconds === null ? null : lastStartAgeSeconds / intervalSeconds,
      nextDueSeconds,
      runningSeconds: known('running_seconds'),
      runs: known('runs'),
      runsPerMinute: known('runs_per_minute'),
      workers: known('workers'),
      outcome: outcomeOf({
        service: service.name,
        intervalSeconds,
        readAt: workers?.at ?? null,
        duration: of('last_duration_ms', service),
        raised: of('last_raised', service),
        ...beside,
      }),
    };
  });
}
