import type { Remedy } from '../../model/finding.ts';
import { duration } from '../duration.ts';
import { type FindingDefinition, STATUS_OF_SEVERITY } from '../finding.ts';
import { expectationsIn } from '../prefect/look.ts';
import { eventsTableIn, GIVE_SPACE_BACK, lookAtEvents, SEE_RETENTION } from './events-tables.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** What is kept where no server says it. The clean-up runs hourly: two runs may be missed before anything is wrong. */
const DEFAULT_RETENTION = 7 * DAY;
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
  thresholds: { warning: { enter: TWO_RUNS, leave: HOUR } },
  /** An event may arrive with an old date of its own: the next clean-up, within the hour, takes it away. */
  pendingSeconds: TWO_RUNS,
  recoverySeconds: 0,
  status: STATUS_OF_SEVERITY,
  meaning:
    'Events are older than the retention in force by more than the threshold, in seconds: the time of two hourly clean-ups. Where no server of Prefect is watched that says its retention, it is taken to be the default of seven days.',
  impact:
    'The table grows without end: queries of events slow down, vacuum cannot keep up, and at last the disk is full.',
  remedy: [SEE_RETENTION, lookAtEvents('events'), SEE_CLEAN_UP, SEE_SETTING, GIVE_SPACE_BACK],
  causes: ['postgres-lock-contention', 'redis-down'],
  source: ['Prefect issues 22249, 22535, 20728 and 16906', 'Prefect discussion 20738: Events Table Size'],
  judge: (look) => {
    const oldest = look.value('postgres.events.oldest_age_seconds');
    const { settings } = expectationsIn(look.elsewhere('prefect'));
    const inForce = settings?.events_retention_seconds ?? null;
    const retention = inForce ?? DEFAULT_RETENTION;
    const severity = look.level(oldest - retention);
    if (severity === null) return null;
    const [resources] = look.all('postgres.events.oldest_resource_age_seconds');
    return {
      severity,
      evidence: [
        {
          text: `the oldest event is ${duration(oldest)} old; ${inForce === null ? 'Prefect’s default retention' : 'the retention in force'} is ${duration(retention)}`,
          signal: 'postgres.events.oldest_age_seconds',
          value: oldest,
          threshold: retention + (look.threshold(severity) ?? 0),
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
