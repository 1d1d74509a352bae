import { type FindingDefinition, STATUS_OF_SEVERITY } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { podsIn, type Workloads, workloadsIn } from './kubernetes-facts.ts';

/** A roll-out takes some minutes; what is still not ready then does not become so by itself. */
const FIVE_MINUTES_SECONDS = 290;
const NAMED = 3;

const isShort = ({ desired, ready = 0 }: Workloads[number]): boolean => ready < desired;
const isGone = ({ desired, ready = 0 }: Workloads[number]): boolean => desired > 0 && ready === 0;

export const workloadNotReady: FindingDefinition = {
  id: 'workload-not-ready',
  kinds: ['kubernetes'],
  component: 'kubernetes',
  title: 'Services of Prefect have too few ready replicas',
  needs: ['kubernetes.workloads.not_ready'],
  pendingSeconds: FIVE_MINUTES_SECONDS,
  recoverySeconds: 50,
  status: STATUS_OF_SEVERITY,
  meaning: 'For five minutes fewer pods of a Deployment or StatefulSet have been ready than it should have.',
  impact: 'The rest carries the load. Where none is ready, what that service does is not done at all.',
  remedy: [
    { text: 'See which pods are not ready.', command: 'kubectl get pods -n <namespace> -o wide' },
    {
      text: 'See the latest warnings.',
      command: 'kubectl get events -n <namespace> --field-selector type=Warning --sort-by=.lastTimestamp',
    },
  ],
  causes: [
    'node-not-ready',
    'node-memory-pressure',
    'pod-oom-killed',
    'pod-crash-looping',
    'node-cpu-saturated',
    'postgres-down',
    'redis-down',
  ],
  source: ['Prefect, Prefect services: roles', 'Prefect, Monitoring the stack: Service logs'],
  judge: (look) => {
    const value = look.value('kubernetes.workloads.not_ready');
    if (value === 0) return null;
    const short = workloadsIn(look.facts.workloads).filter(isShort);
    const waiting = podsIn(look.facts.pending_pods).slice(0, NAMED);
    return {
      severity: short.some(isGone) ? 'critical' : 'warning',
      evidence: [
        { text: `workloads that are not ready: ${value}`, signal: 'kubernetes.workloads.not_ready', value },
        ...short.slice(0, NAMED).map((w) => ({
          text: `${w.namespace}/${w.name}: ${w.ready ?? 0} of ${w.desired} replicas are ready`,
        })),
        ...waiting.map(({ pod, reason }) => ({ text: `${pod} waits: ${reason ?? 'no reason given'}` })),
      ],
      remedy: [
        ...short.slice(0, NAMED).map(({ kind, namespace, name }) => ({
          text: 'See its conditions and latest events.',
          command: `kubectl describe ${kind} -n ${shellWord(namespace)} ${shellWord(name)}`,
        })),
        ...waiting.slice(0, 1).map(({ namespace, pod }) => ({
          text: 'See why its pod waits.',
          command: `kubectl describe pod -n ${shellWord(namespace)} ${shellWord(pod)}`,
        })),
        ...(short.length === 0 ? workloadNotReady.remedy : []),
      ],
    };
  },
};
