import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';
import { type Containers, containersIn } from './kubernetes-facts.ts';

const NAMED = 3;

const endOf = ({ reason, exit_code: exitCode }: Containers[number]): string =>
  reason === undefined
    ? ''
    : `, last ended by ${reason}${exitCode === undefined ? '' : ` (exit ${exitCode})`}`;

export const podCrashLooping: FindingDefinition = {
  ...MINUTELY,
  id: 'pod-crash-looping',
  kinds: ['kubernetes'],
  component: 'kubernetes',
  title: 'A service of Prefect crashes again and again',
  needs: ['kubernetes.pods.crash_looping'],
  meaning:
    'A container ends soon after each start, and Kubernetes waits longer before every next one, up to five minutes.',
  impact: 'What that service does is not done, or only between its crashes.',
  remedy: [
    {
      text: 'Read what it said last: a database that is not there and a migration that failed are the usual reasons.',
      command: 'kubectl logs -n <namespace> <pod> --previous --tail=100',
    },
  ],
  causes: [
    'pod-oom-killed',
    'postgres-down',
    'redis-down',
    'postgres-connections-high',
    'node-memory-pressure',
  ],
  source: ['Prefect, Monitoring the stack: Service logs'],
  judge: (look) => {
    const value = look.value('kubernetes.pods.crash_looping');
    if (value === 0) return null;
    const named = containersIn(look.facts.crash_looping).slice(0, NAMED);
    return {
      severity: 'critical',
      evidence: [
        { text: `containers that crash in a loop: ${value}`, signal: 'kubernetes.pods.crash_looping', value },
        ...named.map((c) => ({
          text: `${c.namespace}/${c.pod} ${c.container}: ${c.restarts} restarts${endOf(c)}`,
        })),
      ],
      remedy: named.length === 0 ? podCrashLooping.remedy : named.flatMap(remediesFor),
    };
  },
};

function remediesFor({ namespace, pod, container }: Containers[number]) {
  const of = `-n ${shellWord(namespace)} ${shellWord(pod)}`;
  return [
    {
      text: 'Read what it said last: a database that is not there and a migration that failed are the usual reasons.',
      command: `kubectl logs ${of} -c ${shellWord(container)} --previous --tail=100`,
    },
    { text: 'See its events and how it ended.', command: `kubectl describe pod ${of}` },
  ];
}
