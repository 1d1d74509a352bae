import { type Consumption, consumptionIn } from '../catalogue/prefect/consumption.ts';
import { type Effect, effectIn, mostOwing } from '../catalogue/prefect/effects.ts';
import { expectationsIn } from '../catalogue/prefect/look.ts';
import { type Expectations, type Progress, progressIn } from '../catalogue/prefect/progress.ts';
import { type Told, toldIn } from '../catalogue/prefect/told-failures.ts';
import type { PostgresTarget, PrefectTarget, RedisTarget } from '../config/targets.ts';
import type { Facts } from '../model/report.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Unknown } from '../model/unknown.ts';
import { consumerEntry } from './consumer-services.ts';
import type { AnyLogs } from './logs-section.ts';
import { readingsOf } from './observation.ts';
import { perpetualEntry } from './perpetual-services.ts';
import type { View } from './sections.ts';

const NO_REDIS: Unknown = {
  reason: 'not-configured',
  detail: 'no Redis is configured in which services could be seen',
};
const IN_MEMORY: Unknown = {
  reason: 'not-configured',
  detail: "Prefect keeps its docket in its own memory: its services' runs cannot be seen from outside",
};
const NOT_SEEN: Unknown = { reason: 'missing', detail: 'no Redis that is watched knows any such service' };

const readingsIn =
  ({ observation }: View) =>
  (signal: string) =>
    readingsOf(observation, signal);
const NO_READINGS = () => [];

/** Of one thing as several Redis know it: what knows it, else what could not be read, else the first. */
const mostTelling = <T>(all: readonly T[], knows: (one: T) => boolean | null): T | undefined =>
  all.find((one) => knows(one) === true) ?? all.find((one) => knows(one) === null) ?? all[0];

/** The entries at one place of several lists of equal length, place by place. */
const transposed = <T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] =>
  (lists[0] ?? []).map((_, index) => lists.flatMap((list) => list.slice(index, index + 1)));

/** What every Redis says of each service; where there is none, what Prefect expects of it all the same. */
const perRedis = <T>(
  redis: readonly View<RedisTarget>[],
  read: (readings: ReturnType<typeof readingsIn>, facts: Facts) => readonly T[],
) =>
  transposed(
    redis.length === 0
      ? [read(NO_READINGS, {})]
      : redis.map((view) => read(readingsIn(view), view.observation.facts)),
  );

/** Those Prefect says it runs; where it could not be asked, those that show themselves somewhere. */
const isListed = (isExpected: boolean | null, isThere: boolean | null, effect: Effect | undefined): boolean =>
  isExpected ?? (isThere === true || (effect !== undefined && effect.overdueSeconds !== null));

type EffectOf = (name: string) => Effect | undefined;

function perpetualServices(
  all: readonly (readonly Progress[])[],
  effectOf: EffectOf,
  isHidden: boolean,
): Snapshot['services']['perpetual'] {
  return all.flatMap((several) => {
    const progress = mostTelling(several, (p) => p.isKnown);
    if (progress === undefined) return [];
    const effect = effectOf(progress.service.name);
    if (!isListed(progress.isExpected, progress.isKnown, effect)) return [];
    return [perpetualEntry(progress, effect, isHidden)];
  });
}

function consumerServices(
  all: readonly (readonly Consumption[])[],
  effectOf: EffectOf,
  told: readonly Told[],
): Snapshot['services']['consumer'] {
  return all.flatMap((several) => {
    const consumption = mostTelling(several, (c) => c.isPresent);
    if (consumption === undefined) return [];
    const effect = effectOf(consumption.service.name);
    /** Over anything but Redis it shows itself in a database or nowhere. */
    const isExpected = effect === undefined ? consumption.isExpected : consumption.isOn;
    if (!isListed(isExpected, consumption.isPresent, effect)) return [];
    return [consumerEntry(consumption, effect, told)];
  });
}

const isKnown = ({ status }: Snapshot['services']['perpetual'][number]) => status !== 'unknown';

function whyUnknown(redis: readonly View<RedisTarget>[], { settings }: Expectations): Unknown | null {
  if (redis.length === 0) return NO_REDIS;
  if (settings?.docket.backend === 'memory') return IN_MEMORY;
  return redis.find((v) => v.watch.unknown !== null)?.watch.unknown ?? null;
}

/**
 * What Prefect's background services do, as the Redis they work through shows it, and the databases they work on. Where
 * there is no such Redis the databases alone tell: each entry names its source.
 */
export function servicesSection(
  redis: readonly View<RedisTarget>[],
  servers: readonly View<PrefectTarget>[],
  databases: readonly View<PostgresTarget>[],
  logs: readonly View<AnyLogs>[],
): Snapshot['services'] {
  const told = toldIn(logs.map((view) => view.observation));
  const expectations = expectationsIn(servers.map((s) => s.observation));
  const isHidden = redis.length === 0 || expectations.settings?.docket.backend === 'memory';
  const effectOf: EffectOf = (name) =>
    mostOwing(databases.map((view) => effectIn(readingsIn(view), expectations, name)));
  const nowhere = redis.length === 0 && databases.length === 0;
  const perpetual = nowhere
    ? []
    : perpetualServices(
        perRedis(redis, (readings, facts) => progressIn(readings, expectations, { facts, told })),
        effectOf,
        isHidden,
      );
  const consumer = nowhere
    ? []
    : consumerServices(
        perRedis(redis, (r) => consumptionIn(r, expectations)),
        effectOf,
        told,
      );
  const isTold = isHidden && perpetual.some(isKnown);
  const isEmpty = perpetual.length === 0 && consumer.length === 0;
  const unknown = isTold ? null : (whyUnknown(redis, expectations) ?? (isEmpty ? NOT_SEEN : null));
  return { perpetual, consumer, ...(unknown !== null && { unknown }) };
}
