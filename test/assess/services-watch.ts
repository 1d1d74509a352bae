import type { Facts } from '../../lib/model/report.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { ALL_WELL, but, factsOf, SETTINGS } from './background-services.ts';
import { healthy, installation, Monitor, type Values } from './builders.ts';

/** The Redis whose services are looked at here, and a service and a consumer that stand for all. */
export const REDIS = { name: 'main', host: 'redis.internal' };
export const LATE = 'monitor_late_runs';
export const PERSISTER = 'event-persister';

export const watched = (redis: readonly object[] = [REDIS]) =>
  new Monitor(installation({ postgres: [], redis: redis as (typeof REDIS)[] }));

const isInMemory = ({ settings }: Facts) => JSON.stringify(settings ?? {}).includes('"backend":"memory"');

/** What two looks a minute apart see: whatever needs two is then known. */
export function look(before: Values, now: Values, facts: Facts = factsOf(), monitor = watched()): Snapshot {
  const both = (values: Values, seconds: number) =>
    monitor.look(
      seconds,
      healthy('redis/main', { ...ALL_WELL, ...values }, { at: seconds }),
      healthy(
        'prefect/server',
        { 'prefect.docket.in_memory': Number(isInMemory(facts)), 'prefect.docket.password_shown': 0 },
        { at: seconds, facts },
      ),
    );
  both(before, 0);
  return both(now, 60).snapshot;
}

export const age = (name: string, seconds: number) =>
  but('redis.perpetual.last_start_age_seconds', name, seconds);

/** What a server says whose docket is in its memory: with messages over Redis, and with these in its memory too. */
export const memory = factsOf({ ...SETTINGS, docket: { backend: 'memory', name: 'x' } });
export const single = factsOf({
  ...SETTINGS,
  docket: { backend: 'memory', name: 'x' },
  messaging: 'memory',
});
