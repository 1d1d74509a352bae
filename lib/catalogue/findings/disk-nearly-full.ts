import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

export const diskNearlyFull: FindingDefinition = {
  ...MINUTELY,
  id: 'disk-nearly-full',
  kinds: ['postgres'],
  component: 'database',
  title: 'The storage of the database is nearly full',
  needs: ['postgres.storage.free_percent', 'postgres.storage.free_bytes'],
  thresholds: { critical: { enter: 20, leave: 25 } },
  meaning:
    'Less than a fifth of the allocated storage is left. In Prefect it is nearly always the events that grow.',
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
    const severity = look.level(free);
    if (severity === null) return null;
    const gib = (look.value('postgres.storage.free_bytes') / 1024 ** 3).toFixed(1);
    const text = `${free.toFixed(1)} % of the storage is left (${gib} GiB)`;
    const threshold = look.threshold(severity);
    return {
      severity,
      evidence: [{ text, signal: 'postgres.storage.free_percent', value: free, threshold }],
    };
  },
};
