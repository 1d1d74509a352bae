import type { FindingDefinition } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

export const postgresCpuHigh: FindingDefinition = {
  ...MINUTELY,
  id: 'postgres-cpu-high',
  kinds: ['postgres'],
  component: 'database',
  title: 'The CPU of the database is saturated',
  needs: ['postgres.cpu.used_percent'],
  thresholds: { warning: { enter: 80, leave: 70 }, critical: { enter: 95, leave: 85 } },
  meaning:
    'The instance has little CPU left, or none: missing indexes, inefficient queries, or too small an instance.',
  impact:
    'Every statement takes longer, connections are held longer, and the pool of Prefect runs empty next.',
  remedy: [
    {
      text: 'See which statements run.',
      command:
        "SELECT pid, now() - query_start AS running, state, left(query, 100) FROM pg_stat_activity WHERE state = 'active' ORDER BY 2 DESC;",
    },
    { text: 'Bring the statistics of the planner up to date.', command: 'ANALYZE;' },
    { text: 'If the work is what it should be, give the instance more cores.' },
  ],
  causes: ['statistics-stale'],
  source: ['Prefect, Monitoring the stack: CPU Utilization'],
  judge: (look) => {
    const used = look.value('postgres.cpu.used_percent');
    const severity = look.level(used);
    if (severity === null) return null;
    const text = `${used.toFixed(0)} % of the CPU is in use`;
    const threshold = look.threshold(severity);
    return { severity, evidence: [{ text, signal: 'postgres.cpu.used_percent', value: used, threshold }] };
  },
};
