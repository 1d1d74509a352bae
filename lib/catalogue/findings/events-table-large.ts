import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';
import { eventsTableIn, GIVE_SPACE_BACK, keepFewerEvents, lookAtEvents } from './events-tables.ts';

const GIBIBYTE = 1024 ** 3;

export const eventsTableLarge: FindingDefinition = {
  ...MINUTELY,
  id: 'events-table-large',
  kinds: ['postgres'],
  component: 'events-table',
  title: 'The table of events is large',
  needs: ['postgres.events.rows', 'postgres.events.bytes'],
  thresholds: { warning: { enter: 5_400_000, leave: 4_800_000 } },
  meaning:
    'The table holds more events than Prefect needs to work with; most are heartbeats and state changes.',
  impact:
    'Queries of events, the hourly clean-up and every vacuum take longer, and the disk fills. This is how the incident began that took a whole Prefect down.',
  remedy: [lookAtEvents('events'), keepFewerEvents('2d'), GIVE_SPACE_BACK],
  causes: ['events-retention-stopped', 'event-retention-growth'],
  source: ['Prefect discussion 20738: Events Table Size'],
  judge: (look) => {
    const rows = look.value('postgres.events.rows');
    const severity = look.level(rows);
    if (severity === null) return null;
    const bytes = look.value('postgres.events.bytes');
    return {
      severity,
      evidence: [
        {
          text: `about ${(rows / 1e6).toFixed(1)} million events`,
          signal: 'postgres.events.rows',
          value: rows,
          threshold: look.threshold(severity),
        },
        {
          text: `${(bytes / GIBIBYTE).toFixed(1)} GiB with their resources and indexes`,
          signal: 'postgres.events.bytes',
          value: bytes,
        },
      ],
      remedy: [lookAtEvents(eventsTableIn(look.facts)), keepFewerEvents('2d'), GIVE_SPACE_BACK],
    };
  },
};
