import { type FindingDefinition, STATUS_OF_SEVERITY } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { containersIn, podsIn } from './kubernetes-facts.ts';

const NAMED = 3;

export const podOomKilled: FindingDefinition = {
  id: 'pod-oom-killed',
  kinds: ['kubernetes'],
  component: 'kubernetes',
  title: 'Pods are killed for want of memory',
  needs: ['kubernetes.pods.oom_killed', 'kubernetes.flow_run_pods.oom_killed'],
  // It is counted for ten minutes after it happened: that is long enough to be sure of it.
  pendingSeconds: 0,
  recoverySeconds: 0,
  status: STATUS_OF_SEVERITY,
  meaning: 'Within ten minutes the kernel ended a container that had reached its memory limit (exit 137).',
  impact:
    'A service loses what it was about to do and starts anew; a flow run is lost, and Prefect takes it for crashed minutes later.',
  remedy: [
    {
      text: 'See what it may have, and what it takes.',
      command: 'kubectl top pods -n <namespace> --containers',
    },
    {
      text: 'Raise its memory limit; of flow runs in the work pool’s base job template, or in the deployment’s job variables.',
    },
  ],
  causes: [],
  source: [
    'Prefect, Monitoring the stack: Kubernetes cluster',
    'Prefect, Infrastructure services: Kubernetes',
  ],
  judge: (look) => {
    const services = look.value('kubernetes.pods.oom_killed');
    const pools = look
      .all('kubernetes.flow_run_pods.oom_killed')
      .flatMap(({ value, labels }) => (value ? [{ pool: labels?.work_pool ?? '', value }] : []));
    if (services === 0 && pools.length === 0) return null;
    const killed = containersIn(look.facts.oom_killed).slice(0, NAMED);
    const runs = podsIn(look.facts.flow_run_pods_oom_killed).slice(0, NAMED);
    return {
      severity: services > 0 ? 'critical' : 'warning',
      evidence: [
        ...(services === 0
          ? []
          : [
              {
                text: `containers of services: ${services}`,
                signal: 'kubernetes.pods.oom_killed',
                value: services,
              },
            ]),
        ...killed.map((c) => ({ text: `${c.namespace}/${c.pod} ${c.container}: ${c.restarts} restarts` })),
        ...pools.map(({ pool, value }) => ({
          text: `pods of flow runs of work pool ${pool}: ${value}`,
          signal: 'kubernetes.flow_run_pods.oom_killed',
          value,
        })),
      ],
      remedy: [
        ...[...killed, ...runs].map(({ namespace, pod }) => ({
          text: 'See what it may have, and how it ended.',
          command: `kubectl describe pod -n ${shellWord(namespace)} ${shellWord(pod)}`,
        })),
        ...pools.slice(0, NAMED).map(({ pool }) => ({
          text: 'See what the work pool gives its runs.',
          command: `prefect work-pool inspect ${shellWord(pool)}`,
        })),
        ...podOomKilled.remedy.slice(1),
      ],
    };
  },
};
