import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';
import { foreseenBy } from './foreseen.ts';

/** A weekend. Once found, it is left only with half a day more, since a rate is never quite the same. */
const FULL_WITHIN_SECONDS = 48 * 3600;
const LEAVES_AFTER_SECONDS = 60 * 3600;

export const diskNearlyFull: FindingDefinition = {
  ...MINUTELY,
  id: 'disk-nearly-full',
  kinds: ['postgres'],
  component: 'database',
  title: 'The storage of the database is nearly full',
  needs: ['postgres.storage.free_percent', 'postgres.storage.free_bytes'],
  thresholds: { critical: { enter: 20, leave: 25 } },
  meaning:
    'Less than a fifth of the allocated storage is left, or at the present rate it is full within two days. In Prefect it is nearly always the events that grow.',
  impact: 'When it is full PostgreSQL stops, and Prefect with it.',
  remedy: [
    {
      text: 'See how large the database is.',
      command: 'SELECT pg_size_pretty(pg_database_size(current_database())) AS database_size;',
    },
    { text: 'On a server of your own, see the file system.', command: 'df -h /path/to/postgresql/data' },
    {
      text: 'Keep events for a shorter time.',
      command: 'prefect config set PREFECT_EVENTS_RETENTION_PERIOD="2d"',
    },
    { text: 'Let RDS grow the storage by itself: set a maximum storage threshold on the instance.' },
  ],
  causes: ['event-retention-growth', 'events-retention-stopped'],
  source: ['Disk usage exceeds critical threshold causing outage risk'],
  judge: (look) => {
    const free = look.value('postgres.storage.free_percent');
    const forecast = look.forecast('postgres.storage.free_bytes');
    const bound = look.holds ? LEAVES_AFTER_SECONDS : FULL_WITHIN_SECONDS;
    const isFilling = forecast !== null && forecast.seconds_left <= bound;
    const severity = isFilling ? 'critical' : look.level(free);
    if (severity === null) return null;
    const gib = (look.value('postgres.storage.free_bytes') / 1024 ** 3).toFixed(1);
    const text = `${free.toFixed(1)} % of the storage is left (${gib} GiB)`;
    const threshold = look.threshold(severity);
    return {
      severity,
      evidence: [
        { text, signal: 'postgres.storage.free_percent', value: free, threshold },
        ...foreseenBy(forecast, 'it is full'),
      ],
    };
  },
};
