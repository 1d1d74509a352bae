import type { FindingDefinition } from '../finding.ts';
import { ANALYZE, DATABASE_CAUSES, indexUse, KEEP_LESS } from './database-slow.ts';
import { MINUTELY } from './defaults.ts';
import { REQUEST_DURATION, SLOW_SECONDS, slowness } from './timed-requests.ts';

export const taskRunCountSlow: FindingDefinition = {
  ...MINUTELY,
  id: 'task-run-count-slow',
  kinds: ['prefect'],
  component: 'server',
  title: 'Counting task runs takes too long',
  needs: ['prefect.up', REQUEST_DURATION],
  thresholds: SLOW_SECONDS,
  meaning:
    'The count of the task runs of one day, which the dashboard of the UI asks for, takes over 10 s or fails: its database reads far too much for it, or waits for a lock.',
  impact:
    'The dashboard stays empty or shows errors, and each open page keeps a connection of the server busy.',
  remedy: [ANALYZE, indexUse('task_run'), KEEP_LESS],
  causes: DATABASE_CAUSES,
  source: ['Prefect, api.request.duration: task_runs/count API endpoint timeout prevents UI rendering'],
  judge: (look) => slowness(look, 'task_run_count', 'POST /task_runs/count'),
};
