import * as v from 'valibot';
import type { Evidence, Remedy } from '../../model/finding.ts';
import type { FindingDefinition, Look } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';

const RUNNING = 'postgres.flow_runs';
const SILENT = 'postgres.flow_runs.running_silent';

/** How many runs the database has as RUNNING; null when no database says it. */
function runningIn(look: Look): number | null {
  const counts = look.elsewhere('postgres').flatMap((database) => database.all(RUNNING));
  return counts.find((r) => r.labels?.state === 'RUNNING')?.value ?? null;
}

const silentIn = (look: Look): number =>
  Math.max(0, ...look.elsewhere('postgres').flatMap((d) => d.all(SILENT).map((r) => r.value ?? 0)));

/** The fact the heartbeats leave: the runs that are silent longest. */
const Silent = v.fallback(v.array(v.string()), []);
const silentRunsIn = (look: Look): readonly string[] =>
  look.elsewhere('postgres').flatMap(({ facts }) => v.parse(Silent, facts.running_silent));

const FIRST: readonly Remedy[] = [
  {
    text: 'Bring the API back first: runs that still try then report by themselves.',
    command: 'kubectl get pods -n <namespace> -l app.kubernetes.io/name=prefect-server',
  },
  {
    text: 'Afterwards see which runs are RUNNING longest, and whether their pods still are.',
    command: 'prefect flow-run ls --state-type RUNNING --limit 50',
  },
];
const cancel = (id: string): Remedy => ({
  text: 'Cancel it if its work is over.',
  command: `prefect flow-run cancel ${id}`,
});

export const apiOutageUnconfirmedState: FindingDefinition = {
  ...MINUTELY,
  id: 'api-outage-unconfirmed-state',
  kinds: ['prefect'],
  component: 'flow-runs',
  title: 'Running flows cannot report their state',
  needs: ['prefect.up'],
  meaning:
    'The API does not answer while flows run, or runs that sent heartbeats have stopped to: a run that ends now cannot say so, and Prefect goes on showing it as RUNNING.',
  impact:
    'Clients try again for a while; once they give up a run fails although its work is done, or stays RUNNING for ever and holds its slots.',
  remedy: [...FIRST, cancel('<id>')],
  causes: ['prefect-api-down', 'prefect-not-ready', 'postgres-down'],
  source: ['Prefect, api.request.duration: API outage prevents task state confirmation and flow completion'],
  judge: (look) => {
    const isDown = look.value('prefect.up') !== 1;
    const [running, silent] = [runningIn(look), silentIn(look)];
    if (isDown ? running === 0 : silent === 0) return null;
    const evidence: readonly Evidence[] = [
      ...(isDown ? [{ text: 'GET /health does not answer 200', signal: 'prefect.up', value: 0 }] : []),
      ...(running !== null
        ? [{ text: `${running} flow runs are RUNNING`, signal: RUNNING, value: running }]
        : []),
      ...(silent > 0
        ? [{ text: `${silent} of them stopped sending heartbeats`, signal: SILENT, value: silent }]
        : []),
    ];
    const runs = silentRunsIn(look).map(shellWord);
    return {
      severity: 'warning',
      evidence,
      ...(runs.length > 0 && { remedy: [...FIRST, ...runs.map(cancel)] }),
    };
  },
};
