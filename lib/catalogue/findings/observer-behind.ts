import type { Evidence, Remedy } from '../../model/finding.ts';
import type { FindingDefinition, Look } from '../finding.ts';
import { countOf, evidenceOf, IN_LOGS, readTheLogs } from './log-signatures.ts';

const FAILED = 'observer-event-failed';
/** From here on the watch over pods was seen to fall behind, when events also wait to be read. */
const RUNNING_MANY = 5_000;
const LAG_MANY = 1_000;

const greatest = (values: readonly (number | null)[]): number => Math.max(0, ...values.map((n) => n ?? 0));

function overloaded(look: Look): readonly Evidence[] {
  const running = greatest(
    look
      .elsewhere('prefect')
      .flatMap(({ all }) =>
        all('prefect.flow_run.count').flatMap((r) => (r.labels?.state === 'RUNNING' ? r.value : [])),
      ),
  );
  const lag = greatest(
    look.elsewhere('redis').flatMap(({ all }) => all('redis.consumer.lag').map((r) => r.value)),
  );
  if (running <= RUNNING_MANY || lag <= LAG_MANY) return [];
  return [
    { text: `${running} runs are RUNNING at once`, value: running, threshold: RUNNING_MANY },
    { text: `${lag} events wait for their consumer`, value: lag, threshold: LAG_MANY },
  ];
}

const REMEDY: readonly Remedy[] = [
  {
    text: 'Tell of fewer things: without the events of pods, only what becomes of runs is watched.',
    command:
      'kubectl set env -n <namespace> deployment/prefect-worker PREFECT_INTEGRATIONS_KUBERNETES_OBSERVER_REPLICATE_POD_EVENTS=false',
  },
  { text: 'Let fewer runs start at once.', command: 'prefect work-pool set-concurrency-limit <pool> <n>' },
];

export const observerBehind: FindingDefinition = {
  ...IN_LOGS,
  id: 'observer-behind',
  component: 'workers',
  title: 'The Kubernetes worker does not keep up with its pods',
  meaning:
    'What happens to pods of flow runs comes faster than the worker can tell the API of it, or its telling fails.',
  impact:
    'Runs whose pod died stay RUNNING or PENDING longer, and automations that wait for events of pods come late.',
  remedy: REMEDY,
  causes: ['prefect-api-down', 'prefect-not-ready', 'run-flood-unlimited'],
  source: [
    'Prefect, flow_run.count: Prefect observer cannot keep pace with K8s events at 5-10K concurrent flows',
  ],
  judge(look) {
    const load = overloaded(look);
    if (countOf(look, [FAILED]) === 0 && load.length === 0) return null;
    return {
      severity: 'warning',
      evidence: [...evidenceOf(look, [FAILED]), ...load],
      remedy: [...REMEDY, ...readTheLogs(look, [FAILED])],
    };
  },
};
