import type { FindingDefinition } from '../finding.ts';
import { shellWord } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';
import { istioIn } from './kubernetes-facts.ts';

export const istioGatewayWithoutAddress: FindingDefinition = {
  ...MINUTELY,
  id: 'istio-gateway-without-address',
  kinds: ['kubernetes'],
  component: 'kubernetes',
  title: 'The way in through Istio is closed',
  needs: ['kubernetes.istio.gateway.ready', 'kubernetes.istio.gateway.addresses'],
  meaning: 'No replica of the ingress gateway is ready, or its load balancer has no address.',
  impact: 'Nobody comes in: no user, no worker from outside the cluster, no client of the API.',
  remedy: [
    {
      text: 'See the load balancer and its events.',
      command: 'kubectl describe service -n <namespace> <gateway>',
    },
    {
      text: 'See the gateway’s pods.',
      command: 'kubectl get pods -n <namespace> -l istio=ingressgateway -o wide',
    },
  ],
  causes: ['node-not-ready', 'pod-crash-looping'],
  source: ['Prefect, Infrastructure services: Load balancer and Istio'],
  judge: (look) => {
    const ready = look.value('kubernetes.istio.gateway.ready');
    const addresses = look.value('kubernetes.istio.gateway.addresses');
    if (ready > 0 && addresses > 0) return null;
    const { namespace, gateway } = istioIn(look.facts.istio);
    const of = `-n ${shellWord(namespace)}`;
    return {
      severity: 'critical',
      evidence: [
        {
          text: `${ready} replicas of ${gateway} are ready`,
          signal: 'kubernetes.istio.gateway.ready',
          value: ready,
        },
        {
          text: `its load balancer has ${addresses} addresses`,
          signal: 'kubernetes.istio.gateway.addresses',
          value: addresses,
        },
      ],
      remedy: [
        {
          text: 'See the load balancer and its events.',
          command: `kubectl describe service ${of} ${shellWord(gateway)}`,
        },
        {
          text: 'See the gateway’s pods.',
          command: `kubectl describe deployment ${of} ${shellWord(gateway)}`,
        },
      ],
    };
  },
};
