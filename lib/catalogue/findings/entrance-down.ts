import type { FindingDefinition, Look } from '../finding.ts';
import { entranceIn } from '../network/facts.ts';
import { MINUTELY } from './defaults.ts';

const isOff = (look: Look, signal: string): boolean => look.all(signal).some((r) => r.value === 0);

/** What shuts clients out: the status of the load balancer's own answer, or why there was none. */
function why(look: Look): string {
  const [status] = look.all('network.http_status');
  if (status === undefined) return 'it does not answer';
  return status.value === null
    ? (status.unknown?.detail ?? 'it does not answer')
    : `it answers ${status.value}`;
}

export const entranceDown: FindingDefinition = {
  ...MINUTELY,
  id: 'entrance-down',
  kinds: ['network'],
  component: 'network',
  title: 'Nobody gets in by an entrance',
  needs: ['network.up'],
  meaning:
    'The name resolves and the certificate is trusted, but no answer comes, or the load balancer answers with an error of its own: mostly it has no healthy target left.',
  impact:
    'Workers and flows cannot reach Prefect by this way: nothing is started, and what runs cannot report its state. For people the UI is gone.',
  remedy: [
    {
      text: 'See what the load balancer thinks of its targets.',
      command: 'aws elbv2 describe-target-health --target-group-arn <arn>',
    },
    {
      text: 'See the pods behind it, the ingress gateway among them.',
      command: 'kubectl get pods -A -l app=istio-ingressgateway',
    },
    {
      text: 'When nothing answers at all, see that the probes may go there: their subnets need a route, the load balancer must admit their security group.',
    },
  ],
  causes: ['prefect-api-down', 'prefect-not-ready'],
  source: ['Prefect, Infrastructure services: Load Balancer'],
  judge: (look) => {
    if (look.value('network.up') === 1) return null;
    // A layer below that is broken is a finding of its own, and the whole explanation.
    if (isOff(look, 'network.dns.resolves') || isOff(look, 'network.tls.trusted')) return null;
    const host = entranceIn(look.facts)?.host ?? look.target.id;
    return {
      severity: 'critical',
      evidence: [{ text: `${host}: ${why(look)}`, signal: 'network.up', value: 0 }],
    };
  },
};
