import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

const MEBIBYTE = 1024 * 1024;

export const postgresMemoryLow: FindingDefinition = {
  ...MINUTELY,
  id: 'postgres-memory-low',
  kinds: ['postgres'],
  component: 'database',
  title: 'The database is short of memory',
  needs: ['postgres.memory.free_bytes'],
  thresholds: {
    warning: { enter: 512 * MEBIBYTE, leave: 768 * MEBIBYTE },
    critical: { enter: 256 * MEBIBYTE, leave: 384 * MEBIBYTE },
  },
  meaning: 'Little memory is left for caching and for new sessions.',
  impact:
    'Reads go to storage, queries slow down, and at the end the instance is restarted for want of memory.',
  remedy: [
    {
      text: 'See how many sessions there are: each takes some mebibytes.',
      command: 'SELECT state, count(*) FROM pg_stat_activity GROUP BY state;',
    },
    { text: 'See what a sort or a hash may take.', command: 'SHOW work_mem;' },
    { text: 'Give the instance more memory.' },
  ],
  causes: ['postgres-connections-high'],
  source: ['Prefect, Monitoring the stack: Memory Utilization'],
  judge: (look) => {
    const free = look.value('postgres.memory.free_bytes');
    const severity = look.level(free);
    if (severity === null) return null;
    const text = `${(free / MEBIBYTE).toFixed(0)} MiB of memory are left`;
    const threshold = look.threshold(severity);
    return { severity, evidence: [{ text, signal: 'postgres.memory.free_bytes', value: free, threshold }] };
  },
};
