import type { Evidence, Remedy } from '../../model/finding.ts';
import type { FindingDefinition, Look } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { countOf, evidenceOf, IN_LOGS, readTheLogs, unreadEvidence } from './log-signatures.ts';
import { stuckRunsIn } from './stuck-runs.ts';

const ABORTED = 'abort-already-pending';
const TIMED_OUT = 'httpx-read-timeout';
const STUCK = 'postgres.flow_runs.stuck_pending';

const stuckPending = (look: Look): number =>
  Math.max(0, ...look.elsewhere('postgres').flatMap((p) => p.all(STUCK).map((r) => r.value ?? 0)));

/** Those that are PENDING longest. */
const runsIn = (look: Look): readonly string[] =>
  look.elsewhere('postgres').flatMap(({ facts }) => stuckRunsIn(facts.stuck_pending).oldest);

const FIRST: readonly Remedy[] = [
  {
    text: 'Give requests more time, on workers and flow runs.',
    command: 'prefect config set PREFECT_API_REQUEST_TIMEOUT=60',
  },
  { text: 'List the runs that are stuck …', command: 'prefect flow-run ls --state-type PENDING --limit 50' },
];
const cancel = (id: string): Remedy => ({
  text: '… and cancel each, so that its slot is free and it can be started again.',
  command: `prefect flow-run cancel ${id}`,
});

export const submissionTimeoutPending: FindingDefinition = {
  ...IN_LOGS,
  id: 'submission-timeout-pending',
  component: 'flow-runs',
  title: 'Submissions time out and leave runs PENDING',
  meaning:
    'A worker proposed PENDING for a run, the answer came later than its request timeout, and it asked again: the API refuses a run that is PENDING already, so nobody starts it.',
  impact: 'These runs stay PENDING for good and hold their slots.',
  remedy: [...FIRST, cancel('<id>')],
  causes: ['postgres-lock-contention', 'postgres-connections-high', 'prefect-not-ready'],
  source: [
    'Prefect, api.request.duration: Client timeout during flow run submission causes PENDING state deadlock',
  ],
  judge(look) {
    const aborted = countOf(look, [ABORTED]);
    const stuck = stuckPending(look);
    if (aborted === 0 && (countOf(look, [TIMED_OUT]) === 0 || stuck === 0)) return null;
    const signatures = [ABORTED, TIMED_OUT];
    const oldest = runsIn(look);
    const runs: readonly Evidence[] =
      stuck === 0 ? [] : [{ text: `${stuck} runs are stuck PENDING`, value: stuck }];
    return {
      severity: 'critical',
      evidence: [...evidenceOf(look, signatures), ...runs, ...unreadEvidence(look)],
      remedy: [
        ...FIRST,
        ...(oldest.length === 0 ? ['<id>'] : oldest.map(shellWord)).map(cancel),
        ...readTheLogs(look, signatures),
      ],
    };
  },
};
