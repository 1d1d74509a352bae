import { duration } from '../duration.ts';
import { type FindingDefinition, STATUS_OF_SEVERITY } from '../finding.ts';
import { eventsTableIn, keepFewerEvents, lookAtEvents, SEE_RETENTION } from './events-tables.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** What is recommended: at high volume events of one to two days, at medium volume of three to five. */
const HIGH_ROWS_PER_DAY = 2_000_000;
const HIGH = { keep: '2d', atMost: 2 * DAY, volume: 'high' } as const;
const MEDIUM = { keep: '4d', atMost: 5 * DAY, volume: 'medium' } as const;

export const eventRetentionGrowth: FindingDefinition = {
  id: 'event-retention-growth',
  kinds: ['postgres'],
  component: 'events-table',
  title: 'Events are kept too long for their volume',
  needs: ['postgres.events.rows_per_day', 'postgres.events.oldest_age_seconds', 'postgres.events.rows'],
  thresholds: { warning: { enter: 500_000, leave: 400_000 } },
  pendingSeconds: HOUR,
  recoverySeconds: HOUR,
  status: STATUS_OF_SEVERITY,
  meaning:
    'So many events arrive a day, and they are kept so long, that their table is the largest part of the database. The default keeps them for seven days.',
  impact: 'The database grows fast: events outweigh the runs they tell of, and the disk fills.',
  remedy: [SEE_RETENTION, keepFewerEvents('2d'), lookAtEvents('events')],
  causes: ['events-retention-stopped'],
  source: ['Prefect, flow_run.count: High-volume workload with default event retention'],
  judge: (look) => {
    const perDay = look.value('postgres.events.rows_per_day');
    const severity = look.level(perDay);
    if (severity === null) return null;
    const { keep, atMost, volume } = perDay >= HIGH_ROWS_PER_DAY ? HIGH : MEDIUM;
    const oldest = look.value('postgres.events.oldest_age_seconds');
    if (oldest <= atMost + 2 * HOUR) return null;
    return {
      severity,
      evidence: [
        {
          text: `about ${(perDay / 1e6).toFixed(1)} million events a day, a ${volume} volume`,
          signal: 'postgres.events.rows_per_day',
          value: perDay,
          threshold: look.threshold(severity),
        },
        {
          text: `kept for ${duration(oldest)}; at this volume ${duration(atMost)} at most is recommended`,
          signal: 'postgres.events.oldest_age_seconds',
          value: oldest,
          threshold: atMost,
        },
        {
          text: `${(look.value('postgres.events.rows') / 1e6).toFixed(1)} million events stored`,
          signal: 'postgres.events.rows',
          value: look.value('postgres.events.rows'),
        },
      ],
      remedy: [SEE_RETENTION, keepFewerEvents(keep), lookAtEvents(eventsTableIn(look.facts))],
    };
  },
};
