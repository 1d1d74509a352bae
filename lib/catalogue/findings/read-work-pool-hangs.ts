import type { FindingDefinition } from '../finding.ts';
import { DATABASE_CAUSES } from './database-slow.ts';
import { MINUTELY } from './defaults.ts';
import { failureIn, REQUEST_DURATION, requestIn } from './timed-requests.ts';

export const readWorkPoolHangs: FindingDefinition = {
  ...MINUTELY,
  id: 'read-work-pool-hangs',
  kinds: ['prefect'],
  component: 'work-pools',
  title: 'Reading a work pool hangs',
  needs: ['prefect.up', REQUEST_DURATION],
  meaning:
    'GET /work_pools/{name} fails or brings no answer in 11 s while /health answers at once: the table of work pools is locked, or the server cannot get at its database.',
  impact: 'Deployments hang at their first step, and workers that start wait for their pool.',
  remedy: [
    {
      text: 'See who holds a lock on the work pools.',
      command:
        "SELECT a.pid, l.mode, a.state, now() - a.xact_start AS since, left(a.query, 80) AS query FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.relation = 'work_pool'::regclass AND l.granted ORDER BY a.xact_start;",
    },
    { text: 'End the one that blocks the others.', command: 'SELECT pg_terminate_backend(<pid>);' },
    { text: 'See whether a client gets an answer at all.', command: 'prefect work-pool ls' },
    {
      text: 'If only some clients hang, see whether their PREFECT_API_URL is the address this probe uses.',
      command: 'prefect config view | grep PREFECT_API_URL',
    },
    {
      text: 'A flow that cannot wait needs no pool and no deployment: call it in Python, which older releases wrote as `flow.run()`.',
    },
  ],
  causes: DATABASE_CAUSES,
  source: [
    'Prefect, api.request.duration: Deployment command hangs on read_work_pool during first production deploy',
  ],
  judge: (look) => {
    if (look.value('prefect.up') !== 1) return null;
    const failure = failureIn(requestIn(look, 'read_work_pool'));
    if (failure === null) return null;
    return {
      severity: 'critical',
      evidence: [
        { text: `GET /work_pools/{name}: ${failure.detail}`, signal: REQUEST_DURATION, value: null },
        { text: 'GET /health answers 200', signal: 'prefect.up', value: 1 },
      ],
    };
  },
};
