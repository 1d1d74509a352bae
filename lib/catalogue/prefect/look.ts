import type { Look } from '../finding.ts';
import { type Consumption, consumptionIn } from './consumption.ts';
import { type Expectations, type Progress, progressIn } from './progress.ts';
import { settingsIn } from './settings.ts';
import { toldIn } from './told-failures.ts';

/** What the installation's Prefect expects of a Redis: by the first server that could be asked. */
export function expectationsIn(servers: readonly Pick<Look, 'facts'>[]): Expectations {
  for (const { facts } of servers) {
    const settings = settingsIn(facts);
    if (settings === null) continue;
    return { settings, release: typeof facts.version === 'string' ? facts.version : null };
  }
  return { settings: null, release: null };
}

export const progressAt = (look: Look): readonly Progress[] =>
  progressIn(look.all, expectationsIn(look.elsewhere('prefect')), {
    facts: look.facts,
    told: toldIn(look.elsewhere('logs')),
  });

export const consumptionAt = (look: Look): readonly Consumption[] =>
  consumptionIn(look.all, expectationsIn(look.elsewhere('prefect')));

/** Whether a Redis holds a docket: somebody works on one there, or left tasks in it. */
export const holdsDocket = ({ all }: Pick<Look, 'all'>): boolean =>
  ['redis.docket.queued', 'redis.docket.workers'].some((signal) =>
    all(signal).some((r) => r.value !== null && (signal === 'redis.docket.queued' || r.value > 0)),
  );

/** Whether a Redis holds the streams Prefect talks through. */
export const holdsMessaging = ({ all }: Pick<Look, 'all'>): boolean =>
  all('redis.consumer.present').some((r) => r.value === 1);
