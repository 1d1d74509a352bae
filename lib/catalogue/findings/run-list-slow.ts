import type { FindingDefinition } from '../finding.ts';
import { ANALYZE, DATABASE_CAUSES, indexUse, KEEP_LESS, LARGER_POOL } from './database-slow.ts';
import { MINUTELY } from './defaults.ts';
import { REQUEST_DURATION, SLOW_SECONDS, slowness } from './timed-requests.ts';

export const runListSlow: FindingDefinition = {
  ...MINUTELY,
  id: 'run-list-slow',
  kinds: ['prefect'],
  component: 'server',
  title: 'The list of flow runs takes too long',
  needs: ['prefect.up', REQUEST_DURATION],
  thresholds: SLOW_SECONDS,
  meaning:
    'The first page of the flow runs of one day, as the UI asks for it, takes over 10 s or fails: the database is slow with it, or the server has no connection left to ask by.',
  impact: 'Nobody can look at runs in the UI; scripts and workers that list runs time out.',
  remedy: [ANALYZE, indexUse('flow_run'), LARGER_POOL, KEEP_LESS],
  causes: DATABASE_CAUSES,
  source: [
    'Prefect, api.request.duration: Runs page load time increases to 10+ seconds after Prefect 3 upgrade',
  ],
  judge: (look) => slowness(look, 'run_list', 'POST /flow_runs/paginate'),
};
