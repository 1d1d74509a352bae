import type { Unknown } from '../../model/unknown.ts';
import type { Expectations, Readings } from './progress.ts';
import { CONSUMER_SERVICES, type ConsumerService } from './services.ts';

/** A group this far behind has fallen behind: Prefect's own consumers are given one message at a time, at once. */
export const LAGGING_MESSAGES = 1000;
/** A consumer asks for messages every second, and tries again after five what failed. */
export const SILENT_SECONDS = 60;

/** One consumer service as one Redis knows it. */
export interface Consumption {
  readonly service: ConsumerService;
  /** Whether Prefect says that it runs this service, over whatever; null where it could not be asked. */
  readonly isOn: boolean | null;
  /** Whether Prefect says that it runs this service and over Redis; null where it could not be asked. */
  readonly isExpected: boolean | null;
  /** Whether the group is there; null where that could not be read. */
  readonly isPresent: boolean | null;
  readonly unknown: Unknown | null;
  readonly readAt: string | null;
  readonly lag: number | null;
  readonly pending: number | null;
  readonly oldestPendingSeconds: number | null;
  readonly idleSeconds: number | null;
  /** Age of the newest message the group was given. */
  readonly newestGivenSeconds: number | null;
  /** Messages that were given up, by all consumers together: Prefect keeps them in one place. */
  readonly deadLetters: number | null;
}

const isOn = ({ group, isOnByDefault }: ConsumerService, settings: Expectations['settings']) =>
  settings === null ? null : (settings.consumers[group] ?? isOnByDefault);

/** How far each consumer service is by the readings of one Redis. */
export function consumptionIn(readings: Readings, { settings }: Expectations): readonly Consumption[] {
  return CONSUMER_SERVICES.map((service) => {
    const of = (signal: string) =>
      readings(`redis.consumer.${signal}`).find((r) => r.labels?.group === service.group);
    const known = (signal: string) => of(signal)?.value ?? null;
    // A reading without a label stands for all groups: that none of them could be read.
    const present = of('present') ?? readings('redis.consumer.present').find((r) => r.labels === undefined);
    const on = isOn(service, settings);
    return {
      service,
      isOn: on,
      isExpected: on === null ? null : on && settings?.messaging === 'redis',
      isPresent: present === undefined || present.value === null ? null : present.value === 1,
      unknown: present?.unknown ?? null,
      readAt: present?.at ?? null,
      lag: known('lag'),
      pending: known('pending'),
      oldestPendingSeconds: known('oldest_pending_seconds'),
      idleSeconds: known('idle_seconds'),
      newestGivenSeconds: known('newest_given_seconds'),
      deadLetters: readings('redis.dead_letters')[0]?.value ?? null,
    };
  });
}

/** Whether messages wait for a group, handed out or not. A group for which nothing waits may be as idle as it likes. */
export const hasWork = ({ lag, pending }: Consumption): boolean => (lag ?? 0) > 0 || (pending ?? 0) > 0;
