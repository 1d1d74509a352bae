import type { FindingDefinition, Look } from '../finding.ts';
import { dnsIn, entranceIn } from '../network/facts.ts';
import { shellWord } from '../quoting.ts';
import { MINUTELY } from './defaults.ts';

function remedyFor(look: Look): FindingDefinition['remedy'] {
  const entrance = entranceIn(look.facts);
  if (entrance === null) return dnsFailing.remedy;
  const host = shellWord(entrance.host);
  return [
    { text: 'Ask for the name from inside the VPC, and from outside.', command: `dig +short ${host}` },
    {
      text: 'Follow a public name from the root down: which name server fails?',
      command: `dig +trace ${host}`,
    },
    ...dnsFailing.remedy.slice(1),
  ];
}

export const dnsFailing: FindingDefinition = {
  ...MINUTELY,
  id: 'dns-failing',
  kinds: ['network'],
  component: 'network',
  title: 'The name of an entrance does not resolve',
  needs: ['network.dns.resolves'],
  meaning:
    'The name server knows no such name, or does not answer. Every client asks it before anything else.',
  impact:
    'Workers and flows that ask under this name cannot reach Prefect: nothing is started, and what runs cannot report its state. For people the UI is gone.',
  remedy: [
    { text: 'Ask for the name from inside the VPC, and from outside.', command: 'dig +short <host>' },
    {
      text: 'See that the record is there and points to the load balancer, in the private zone too where there is one.',
      command: 'aws route53 list-resource-record-sets --hosted-zone-id <zone>',
    },
    {
      text: 'See that DNS resolution and DNS host names are on for the VPC, and what its DHCP options name.',
    },
  ],
  causes: [],
  source: ['Prefect, Infrastructure services: DNS'],
  judge: (look) => {
    if (look.value('network.dns.resolves') === 1) return null;
    const host = entranceIn(look.facts)?.host ?? look.target.id;
    const why = dnsIn(look.facts)?.failure ?? 'it does not resolve';
    return {
      severity: 'critical',
      evidence: [{ text: `${host}: ${why}`, signal: 'network.dns.resolves', value: 0 }],
      remedy: remedyFor(look),
    };
  },
};
