import type { Remedy } from '../../model/finding.ts';
import { duration } from '../duration.ts';
import { type FindingDefinition, STATUS_OF_SEVERITY } from '../finding.ts';
import { eventsTableIn, GIVE_SPACE_BACK, lookAtEvents, SEE_RETENTION } from './events-tables.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** Prefect's default. The clean-up runs hourly: two runs may be missed before anything is wrong. */
const RETENTION = 7 * DAY;
const TWO_RUNS = 2 * HOUR;

const SEE_CLEAN_UP: Remedy = {
  text: 'See whether the clean-up fails: it runs in the background services.',
  command: 'kubectl logs -n <namespace> deployment/prefect-background-services | grep -i vacuum',
};
const SEE_SETTING: Remedy = {
  text: 'Make sure it is on: the value must hold events.',
  command: 'prefect config view --show-defaults | grep DB_VACUUM',
};

export const eventsRetentionStopped: FindingDefinition = {
  id: 'events-retention-stopped',
  kinds: ['postgres'],
  component: 'events-table',
  title: 'Old events are no longer deleted',
  needs: ['postgres.events.oldest_age_seconds'],
  thresholds: { warning: { enter: RETENTION + TWO_RUNS, leave: RETENTION + HOUR } },
  /** An event may arrive with an old date of its own: the next clean-up, within the hour, takes it away. */
  pendingSeconds: TWO_RUNS,
  recoverySeconds: 0,
  status: STATUS_OF_SEVERITY,
  meaning:
    'Events are older than the retention allows. The threshold, in seconds, is for the default of seven days and two hourly clean-ups: set it to your own retention and two hours.',
  impact:
    'The table grows without end: queries of events slow down, vacuum cannot keep up, and at last the disk is full.',
  remedy: [SEE_RETENTION, lookAtEvents('events'), SEE_CLEAN_UP, SEE_SETTING, GIVE_SPACE_BACK],
  causes: ['postgres-lock-contention', 'redis-down'],
  source: ['Prefect issues 22249, 22535, 20728 and 16906', 'Prefect discussion 20738: Events Table Size'],
  judge: (look) => {
    const oldest = look.value('postgres.events.oldest_age_seconds');
    const severity = look.level(oldest);
    if (severity === null) return null;
    const [resources] = look.all('postgres.events.oldest_resource_age_seconds');
    return {
      severity,
      evidence: [
        {
          text: `the oldest event is ${duration(oldest)} old`,
          signal: 'postgres.events.oldest_age_seconds',
          value: oldest,
          threshold: look.threshold(severity),
        },
        ...(typeof resources?.value === 'number'
          ? [
              {
                text: `the oldest of their resources is ${duration(resources.value)} old`,
                signal: resources.signal,
                value: resources.value,
              },
            ]
          : []),
      ],
      remedy: [
        SEE_RETENTION,
        lookAtEvents(eventsTableIn(look.facts)),
        SEE_CLEAN_UP,
        SEE_SETTING,
        GIVE_SPACE_BACK,
      ],
    };
  },
};
