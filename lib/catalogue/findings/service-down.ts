import type { FindingDefinition, Look } from '../finding.ts';
import { MINUTELY } from './defaults.ts';

/** What stops with a service of Customer-Managed Prefect, by the name it goes by in the cluster. */
const STOPS: Readonly<Record<string, string>> = {
  auth: 'every other service asks auth who is calling: their requests fail with it, and nobody signs in',
  nebula:
    'accounts, workspaces and permissions cannot be read or changed: the UI does not get past its first page',
  orion: 'the API of flows, runs and deployments: workers get no work and states of runs are not recorded',
  events: 'events are neither taken in nor shown: automations do not fire',
  ui: 'the pages do not load; workers and running flows go on',
};

const seePods = (name: string) => ({
  text: 'See whether its pods run and why they restarted.',
  command: `kubectl get pods -n <namespace> | grep ${name}`,
});
const readLog = (name: string) => ({
  text: 'Read their last words.',
  command: `kubectl logs -n <namespace> deployment/${name} --previous --tail=100`,
});
const nameOf = ({ target }: Pick<Look, 'target'>): string => target.id.replace(/^service\//, '');

export const serviceDown: FindingDefinition = {
  ...MINUTELY,
  id: 'service-down',
  kinds: ['service'],
  component: 'services',
  title: 'A Prefect service does not answer',
  needs: ['service.up'],
  meaning:
    'A request for its metrics, which touches no database, is refused, times out or is answered with 5xx, by the service itself or by the proxy that cannot reach it.',
  impact:
    'What this service does stands still, and so do the services that call it: a failure of auth cascades to all of them.',
  remedy: [seePods('<service>'), readLog('<service>')],
  causes: ['postgres-down'],
  source: [
    'Prefect, Monitoring the stack: Prometheus metrics, authentication errors',
    'Prefect, Infrastructure services',
  ],
  judge: (look) => {
    if (look.value('service.up') === 1) return null;
    const name = nameOf(look);
    return {
      severity: 'critical',
      evidence: [
        { text: `${look.target.id}: GET of its metrics does not answer`, signal: 'service.up', value: 0 },
        ...(Object.hasOwn(STOPS, name) ? [{ text: `${name}: ${STOPS[name]}` }] : []),
      ],
      remedy: [seePods(name), readLog(name)],
    };
  },
};
