import { duration } from '../duration.ts';
import type { FindingDefinition, Look } from '../finding.ts';
import { consumptionIn, hasWork, SILENT_SECONDS } from '../prefect/consumption.ts';
import { type Effect, effectIn, withMessages } from '../prefect/effects.ts';
import { expectationsIn } from '../prefect/look.ts';
import { CAUSES_OF_STANDSTILL, READ_SERVICES_LOG, RESTART_SERVICES } from './background-services.ts';
import { MINUTELY } from './defaults.ts';

interface Owing extends Effect {
  readonly name: string;
  readonly does: string;
  readonly owedSeconds: number;
}

/** What is missing in the tables, but for a consumer whose silence is told where its messages wait. */
function owingIn(look: Look): readonly Owing[] {
  const expectations = expectationsIn(look.elsewhere('prefect'));
  const streams = look.elsewhere('redis').map(({ all }) => consumptionIn(all, expectations));
  return consumptionIn(() => [], expectations).flatMap(({ service, isOn }) => {
    const groups = streams.flatMap((all) => all.filter((c) => c.service.name === service.name));
    const isToldThere = groups.some((c) => hasWork(c) && (c.idleSeconds ?? 0) >= SILENT_SECONDS);
    if (isOn === false || isToldThere) return [];
    const effect = groups.reduce(withMessages, effectIn(look.all, expectations, service.name));
    const { overdueSeconds } = effect;
    return overdueSeconds === null || look.level(overdueSeconds) === null
      ? []
      : [{ ...effect, name: service.name, does: service.does, owedSeconds: overdueSeconds }];
  });
}

export const eventsNotRecorded: FindingDefinition = {
  ...MINUTELY,
  id: 'events-not-recorded',
  kinds: ['postgres'],
  component: 'services',
  title: 'What happens is not written down',
  needs: ['postgres.recording.overdue_seconds'],
  thresholds: { critical: { enter: SILENT_SECONDS, leave: SILENT_SECONDS / 2 } },
  meaning:
    'Runs change their state, or messages are handed out, and no row follows in the table that the consumer of events writes: it has died, it fails over every batch, or it waits for the database.',
  impact:
    'Events, or the states of task runs, are missing: the UI shows runs as they no longer are, and what waits in the memory of the consumer is lost when it restarts.',
  remedy: [
    { text: 'Look at the database first: a consumer gives a batch up after five failures.' },
    READ_SERVICES_LOG,
    RESTART_SERVICES,
  ],
  causes: ['consumer-silent', 'consumer-missing', 'docket-no-live-worker', ...CAUSES_OF_STANDSTILL],
  source: ['Prefect issues 21588, 22247 and 15153', 'Prefect discussion 20738: EventPersister'],
  judge(look) {
    const owing = owingIn(look);
    return owing.length === 0
      ? null
      : {
          severity: 'critical',
          evidence: owing.map(({ name, does, owedSeconds, doneAgeSeconds }) => ({
            text: `${name} (${does}): something is missing for ${duration(owedSeconds)}${doneAgeSeconds === null ? '' : `, its newest row is ${duration(doneAgeSeconds)} old`}`,
            signal: 'postgres.recording.overdue_seconds',
            value: owedSeconds,
            threshold: look.threshold('critical'),
          })),
        };
  },
};
