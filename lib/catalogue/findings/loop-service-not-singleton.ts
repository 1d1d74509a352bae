import type { Reading } from '../../model/reading.ts';
import type { FindingDefinition, Look } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';
import { workloadsIn } from './kubernetes-facts.ts';

/** As Kubernetes names a workload in commands; a Deployment unless it is known to be something else. */
function commandFor(look: Look, { labels }: Reading): string {
  const [namespace = '', name = ''] = (labels?.workload ?? '').split('/');
  const found = workloadsIn(look.facts.singletons).find((w) => w.namespace === namespace && w.name === name);
  const what = shellWord(`${found?.kind ?? 'deployment'}/${name}`);
  return `kubectl scale -n ${shellWord(namespace)} ${what} --replicas=1`;
}

export const loopServiceNotSingleton: FindingDefinition = {
  ...MINUTELY,
  id: 'loop-service-not-singleton',
  kinds: ['kubernetes'],
  component: 'kubernetes',
  title: 'A loop service does not run exactly once',
  needs: ['kubernetes.singleton.replicas'],
  meaning:
    'Loop services do something every so many seconds and know nothing of each other: there must be one replica of each.',
  impact:
    'With none, what it does is not done: nothing is scheduled, no late run is marked. With two it is done twice, at the same time.',
  remedy: [
    {
      text: 'Bring it to one replica.',
      command: 'kubectl scale -n <namespace> deployment/<service> --replicas=1',
    },
    { text: 'Set the strategy Recreate, so that an update never runs two; take autoscaling off it.' },
  ],
  causes: ['node-not-ready', 'pod-crash-looping'],
  source: ['Prefect, Prefect services: Loop services'],
  judge: (look) => {
    const wrong = look
      .all('kubernetes.singleton.replicas')
      .flatMap((reading) =>
        reading.value === null || reading.value === 1 ? [] : [{ reading, value: reading.value }],
      );
    if (wrong.length === 0) return null;
    return {
      severity: 'critical',
      evidence: wrong.map(({ reading, value }) => ({
        text: `${reading.labels?.workload}: ${value} replicas`,
        signal: 'kubernetes.singleton.replicas',
        value,
        threshold: 1,
      })),
      remedy: [
        ...wrong.map(({ reading }) => ({
          text: 'Bring it to one replica.',
          command: commandFor(look, reading),
        })),
        ...loopServiceNotSingleton.remedy.slice(1),
      ],
    };
  },
};
